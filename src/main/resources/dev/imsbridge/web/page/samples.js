// The last hour of events, as the bridge samples it: transitions, and how late ends are found.

import { api } from './api.js';
import { time } from './format.js';

const HOUR = 3_600_000;

export class Samples {
  constructor() {
    this.clear();
  }

  clear() {
    this.list = [];
    this.since = null;
    this.lag = { ends: 0, p50: null, p95: null };
    this.interval = 10_000;
    this.skew = 0;
  }

  /** Reads the samples that are new. Another instance, or one that restarted, has others: all are read again. */
  async read() {
    const known = this.list.at(-1)?.text ?? null;
    let report = await api.samples(known);
    if (known !== null && time(report.since) !== this.since) {
      this.clear();
      report = await api.samples(null);
    }
    this.since = time(report.since);
    this.interval = report.interval_ms;
    this.skew = time(report.now) - Date.now();
    this.lag = { ends: report.ends, p50: report.lag_p50_ms, p95: report.lag_p95_ms };
    const fresh = report.samples.map((each) => ({ at: time(each.at), text: each.at, transitions: each.transitions, ends: each.ends, p50: each.lag_p50_ms, p95: each.lag_p95_ms }));
    const from = fresh[0]?.at ?? Infinity;
    this.list = [...this.list.filter(({ at }) => at < from && at > this.now() - HOUR), ...fresh];
  }

  /** The time at the bridge. */
  now() {
    return Date.now() + this.skew;
  }

  /** The samples of the last so many milliseconds. */
  last(span) {
    const from = this.now() - span;
    return this.list.filter(({ at }) => at + this.interval > from);
  }

  /** The transitions per second of the last sample that is complete and the one that still counts. */
  rate() {
    const recent = this.list.slice(-2);
    if (!recent.length) return null;
    const seconds = Math.max(1, (this.now() - Math.max(recent[0].at, this.since)) / 1000);
    return recent.reduce((sum, each) => sum + each.transitions, 0) / seconds;
  }
}
