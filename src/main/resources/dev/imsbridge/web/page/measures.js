// Measures derived from the events: the number of transitions and the delay of detected ends.

import { time } from './format.js';

export const SPAN = 300; // seconds
const MOST_LAGS = 400;

export class Measures {
  constructor() {
    this.counts = new Map();
    this.lags = [];
  }

  take(event) {
    if (event.kind !== 'transition') return;
    const now = Date.now();
    const second = Math.floor(now / 1000);
    this.counts.set(second, (this.counts.get(second) ?? 0) + 1);
    if (this.counts.size > SPAN + 60) {
      for (const each of this.counts.keys()) if (each < second - SPAN) this.counts.delete(each);
    }
    const { terminal, status, end_time: end, observed_at: seen, job_id: id } = event.data;
    const lag = time(seen) - time(end);
    if (terminal && status !== 'LOST' && end && lag >= 0) {
      this.lags.push({ at: now, lag, status, id });
      if (this.lags.length > MOST_LAGS) this.lags.splice(0, this.lags.length - MOST_LAGS);
    }
  }

  /** The number of transitions in each second of the span, ending with the current second. */
  perSecond(now) {
    const last = Math.floor(now / 1000);
    return Array.from({ length: SPAN }, (_, i) => this.counts.get(last - SPAN + 1 + i) ?? 0);
  }

  /** The average of the last ten complete seconds. */
  rate(now) {
    const seconds = this.perSecond(now).slice(-11, -1);
    return seconds.reduce((sum, n) => sum + n, 0) / seconds.length;
  }

  recent(now) {
    return this.lags.filter((each) => each.at > now - SPAN * 1000);
  }
}

/** The smallest value that at least this share of the values does not exceed. */
export function quantile(values, share) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}
