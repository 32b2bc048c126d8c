// Formats numbers and times.

const two = (n) => String(n).padStart(2, '0');

/** A duration in at most two units: 850 ms, 4.2 s, 2m 06s, 1h 04m, 3d 02h. */
export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 0) return '0 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${two(s % 60)}s`;
  const m = Math.floor(s / 60);
  if (m < 1440) return `${Math.floor(m / 60)}h ${two(m % 60)}m`;
  return `${Math.floor(m / 1440)}d ${two(Math.floor((m % 1440) / 60))}h`;
}

/** The time elapsed, in one unit. */
export function ago(ms) {
  if (ms === null || Number.isNaN(ms)) return '–';
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 2) return 'now';
  if (s < 60) return `${s}s ago`;
  if (s < 3600) return `${Math.floor(s / 60)}m ago`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h ago`;
  return `${Math.floor(s / 86_400)}d ago`;
}

/** The local time of day, optionally with milliseconds. */
export function clock(at, millis = false) {
  const d = new Date(at);
  const text = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
  return millis ? `${text}.${String(d.getMilliseconds()).padStart(3, '0')}` : text;
}

/** The local date and time, optionally with milliseconds. */
export function moment(at, millis = false) {
  if (at === null || at === undefined || Number.isNaN(at)) return '–';
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(at, millis)}`;
}

/** The milliseconds of an API timestamp; null if there is none. */
export function time(text) {
  if (!text) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** A size in bytes, KiB or MiB. */
export function bytes(n) {
  if (n < 1024) return `${n} ${n === 1 ? 'byte' : 'bytes'}`;
  const kib = n / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}

export const count = (n) => (n ?? 0).toLocaleString('en-US');

/** A rate with up to two decimals below 10, one below 100, and none above. */
export function rate(n) {
  if (n === null || n === undefined) return '–';
  return n >= 100 ? count(Math.round(n)) : n.toFixed(n >= 10 ? 1 : 2).replace(/\.?0+$/, '');
}

export const text = (value) => (value === null || value === undefined || value === '' ? '–' : String(value));

/** A job type without the common prefix "ims" and suffix "Job". */
export function shortType(type) {
  return type ? (/^ims(\w+?)(?:Job)?$/.exec(type)?.[1] ?? type) : 'not known yet';
}
