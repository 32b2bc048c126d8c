// The event stream: server-sent events read with fetch(), because an EventSource cannot send a
// token.

import { send } from './api.js';

const SILENCE = 45_000; // three heartbeats
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/** Splits text into server-sent events. Comments are heartbeats without data. */
class EventParser {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
    this.clear();
  }

  clear() {
    this.id = undefined;
    this.type = '';
    this.data = [];
  }

  push(text) {
    const all = this.rest + text;
    // A carriage return at the end may be the first half of a line ending.
    const whole = all.endsWith('\r') ? all.slice(0, -1) : all;
    const lines = whole.split(/\r\n|\r|\n/);
    this.rest = lines.pop() + (whole === all ? '' : '\r');
    lines.forEach((line) => this.line(line));
  }

  line(line) {
    if (line === '') {
      if (this.type || this.data.length || this.id !== undefined) {
        this.onEvent({ id: this.id, type: this.type || 'message', data: this.data.join('\n') });
      }
      this.clear();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.id = value;
    else if (name === 'event') this.type = value;
    else if (name === 'data') this.data.push(value);
  }
}

/**
 * Keeps a stream open. Reconnects at the last event id, with a pause that doubles after each
 * failure, up to 30 s.
 *
 * onEvent(event): a parsed transition or completion.
 * onGap(): events may be missing; the list must be reloaded.
 * onState({state: 'connecting'|'live'|'waiting', at}): at is the time of the next attempt.
 */
export class EventStream {
  constructor({ onEvent, onGap, onState }) {
    Object.assign(this, { onEvent, onGap, onState });
    this.last = null;
    this.failures = 0;
    this.begun = false;
    this.wake = () => {};
    addEventListener('online', () => this.wake());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.wake());
  }

  async run() {
    for (;;) {
      this.onState({ state: 'connecting' });
      const retryAfter = await this.once();
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
      this.failures++;
      const pause = Math.max(wait * (0.5 + Math.random() / 2), (retryAfter ?? 0) * 1000);
      this.onState({ state: 'waiting', at: Date.now() + pause });
      await this.sleep(pause);
    }
  }

  sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    }).finally(() => (this.wake = () => {}));
  }

  /** Opens one connection and reads it to its end. */
  async once() {
    const abort = new AbortController();
    let silence = null;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE);
    };
    try {
      const headers = { Accept: 'text/event-stream', ...(this.last === null ? {} : { 'Last-Event-ID': this.last }) };
      const response = await send('api/v1/events', { headers, signal: abort.signal });
      const parser = new EventParser((event) => this.take(event));
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        heard();
        const { done, value } = await reader.read();
        if (done) return null;
        parser.push(decoder.decode(value, { stream: true }));
      }
    } catch (e) {
      if (e.status === 400 && this.last !== null) {
        // This bridge does not know the position: start at the end and reload the list.
        this.last = null;
      }
      return e.retryAfter ?? null;
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  take(event) {
    if (event.type === 'ready') {
      const lost = this.begun && this.last === null;
      this.begun = true;
      this.failures = 0;
      if (event.id) this.last ??= event.id;
      this.onState({ state: 'live' });
      if (lost) this.onGap();
      return;
    }
    if (event.type === 'gap' || event.type === 'dropped') {
      if (event.id) this.last = event.id;
      this.onGap();
      return;
    }
    if (event.type === 'transition' || event.type === 'completion') {
      let parsed;
      try {
        parsed = JSON.parse(event.data);
      } catch {
        return;
      }
      this.onEvent({ kind: event.type, ...parsed });
    }
    if (event.id) this.last = event.id;
  }
}
