// Combines list and events: reads the list once the stream is open, then applies events in one
// batch per animation frame. While paused, events are kept but not applied.

import { api } from './api.js';
import { announce } from './dom.js';
import { MOST } from './jobs.js';

const PAGE = 500;
const PATIENCE = 4000;
const HELD = 50_000;

export class Feed {
  constructor(jobs, { onChange, onHeld, onLoad }) {
    Object.assign(this, { jobs, onChange, onHeld, onLoad });
    this.paused = false;
    this.waiting = [];
    this.overflown = false;
    this.scheduled = false;
    this.round = 0;
  }

  /** The stream is open. No later event is missed, so the list can be read now. */
  live() {
    this.opened?.();
  }

  async begin() {
    // If the stream does not open within 4 s, the list is read without it.
    await new Promise((resolve) => {
      this.opened = resolve;
      setTimeout(resolve, PATIENCE);
    });
    this.reload();
  }

  take(event) {
    if (this.waiting.length >= HELD) {
      // Too many events to keep. The list is reloaded on resume, and covers them all.
      this.waiting.length = 0;
      this.overflown = true;
    }
    this.waiting.push(event);
    this.schedule();
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    const run = () => {
      this.scheduled = false;
      if (this.paused) this.onHeld(this.waiting.length);
      else this.flush();
    };
    if (document.hidden) setTimeout(run, 500);
    else requestAnimationFrame(run);
  }

  flush() {
    const batch = this.waiting;
    this.waiting = [];
    batch.forEach((event) => this.jobs.apply(event));
    if (batch.length) this.onChange();
  }

  pause(paused) {
    this.paused = paused;
    this.onHeld(this.waiting.length);
    if (paused) return;
    this.flush();
    if (this.overflown) {
      this.overflown = false;
      this.reload();
    }
  }

  /** Reads the whole list, page by page. A later call ends an earlier one. */
  async reload() {
    const round = ++this.round;
    const before = new Set(this.jobs.all.keys());
    const missing = new Set();
    let cursor = null;
    let read = 0;
    for (let failures = 0; ; ) {
      this.onLoad({ read, done: false, failure: null, missing: missing.size });
      try {
        const page = await api.jobs({ limit: PAGE, cursor });
        if (round !== this.round) return;
        failures = 0;
        page.jobs.forEach((job) => {
          before.delete(job.job_id);
          this.jobs.read(job);
        });
        (page.missing_partitions ?? []).forEach((partition) => missing.add(partition));
        read += page.jobs.length;
        cursor = page.next_cursor;
        this.onChange();
        if (cursor === null || cursor === undefined || read >= MOST) break;
      } catch (e) {
        if (round !== this.round) return;
        this.onLoad({ read, done: false, failure: e.message, missing: missing.size });
        if (e.status === 401 || (e.status === 400 && cursor === null)) return;
        if (e.status === 400) cursor = null;
        await new Promise((resolve) => setTimeout(resolve, Math.min(15_000, 500 * 2 ** failures++)));
        if (round !== this.round) return;
      }
    }
    if (read < MOST && missing.size === 0) {
      // These jobs were known before but are not in the list: the bridge no longer has them.
      before.forEach((id) => this.jobs.all.get(id)?.readAt && this.jobs.forget(id));
    }
    this.onLoad({ read, done: true, failure: null, missing: missing.size });
    this.onChange();
    announce(`${this.jobs.all.size.toLocaleString('en-US')} jobs`);
    if (missing.size) setTimeout(() => round === this.round && this.reload(), 5000);
  }
}
