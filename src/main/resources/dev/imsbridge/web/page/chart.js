// Two small charts of the samples. Their numbers are also shown as text.

import { svg } from './dom.js';
import { rate } from './format.js';

const HEIGHT = 168;
const LEFT = 48;
const RIGHT = 10;
const BOTTOM = 24;
const TOP = 10;
const LABEL = 66; // pixels from one label of the time axis to the next
const MINUTES = [1, 2, 5, 10, 15, 20, 30];
const LAGS = [
  [10, '10 ms'],
  [100, '100 ms'],
  [1000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [600_000, '10 min'],
  [3_600_000, '1 h'],
  [36_000_000, '10 h'],
  [864_000_000, '10 d'],
];

/** Draws the frame: the time axis, which ends now, with as many labels as fit. */
function canvas(place, span) {
  const width = Math.floor(place.clientWidth);
  if (width < 80) return null;
  const drawing = svg('svg', { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true', focusable: 'false' });
  place.replaceChildren(drawing);
  const inner = width - LEFT - RIGHT;
  const minutes = span / 60_000;
  const step = MINUTES.find((each) => (each / minutes) * inner >= LABEL) ?? minutes;
  for (let ago = 0; ago <= minutes; ago += step) {
    const x = LEFT + (1 - ago / minutes) * inner;
    if (ago > 0) drawing.append(svg('line', { class: 'grid faint', x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM }));
    drawing.append(svg('text', { class: 'tick', x: ago ? x : width - 2, y: HEIGHT - 6, 'text-anchor': ago ? 'middle' : 'end' }, ago ? `−${ago} min` : 'now'));
  }
  return { drawing, width, inner, height: HEIGHT - TOP - BOTTOM };
}

function level({ drawing, width, height }, share, label) {
  const y = Math.round(TOP + height * (1 - share)) + 0.5;
  drawing.append(svg('line', { class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y, y2: y }), svg('text', { class: 'tick', x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, label));
}

function none({ drawing, inner, height }, text) {
  drawing.append(svg('text', { class: 'none', x: LEFT + inner / 2, y: TOP + height / 2 + 4, 'text-anchor': 'middle' }, text));
}

/** The next larger value among 1, 2 and 5 times a power of ten. */
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value * 0.999);
}

/** The left and right edge of a sample. The first one may begin before the chart does. */
function edges(sample, samples, span, inner) {
  const now = samples.now();
  const x = (at) => LEFT + Math.min(1, Math.max(0, 1 - (now - at) / span)) * inner;
  return [x(sample.at), x(Math.min(now, sample.at + samples.interval))];
}

/** Draws one bar per sample. */
export function drawRate(place, samples, span) {
  const area = canvas(place, span);
  if (!area) return;
  const shown = samples.last(span);
  const seconds = samples.interval / 1000;
  const most = round(Math.max(0.2, ...shown.map(({ transitions }) => transitions / seconds)));
  for (const share of [0, 0.5, 1]) level(area, share, rate(most * share));
  let path = '';
  for (const sample of shown) {
    if (!sample.transitions) continue;
    const [left, right] = edges(sample, samples, span, area.inner);
    const width = Math.max(1, right - left - (right - left > 4 ? 1.5 : 0.2));
    const high = Math.max(1.5, (sample.transitions / seconds / most) * area.height);
    const bend = Math.min(2, width / 2, high);
    path += `M${left.toFixed(1)} ${TOP + area.height}v${(bend - high).toFixed(1)}q0 ${-bend} ${bend} ${-bend}h${(width - 2 * bend).toFixed(1)}q${bend} 0 ${bend} ${bend}V${TOP + area.height}z`;
  }
  if (path) area.drawing.append(svg('path', { class: 'bars', d: path }));
  else none(area, 'No transition');
}

/** Draws the median of each sample as a dot, and a line from it to the 95th percentile. The scale is logarithmic. */
export function drawLags(place, samples, span) {
  const area = canvas(place, span);
  if (!area) return;
  const shown = samples.last(span).filter(({ ends }) => ends);
  const least = Math.min(...shown.map(({ p50 }) => p50), 1000);
  const most = Math.max(...shown.map(({ p95 }) => p95), 1001);
  const first = Math.max(0, LAGS.findLastIndex(([ms]) => ms <= least));
  const found = LAGS.findIndex(([ms]) => ms >= most);
  const levels = LAGS.slice(first, (found < 0 ? LAGS.length - 1 : found) + 1);
  const low = Math.log10(levels[0][0]);
  const high = Math.log10(levels.at(-1)[0]);
  const share = (ms) => Math.min(1, Math.max(0, (Math.log10(Math.max(1, ms)) - low) / (high - low)));
  for (const [ms, label] of levels) level(area, share(ms), label);
  const y = (ms) => TOP + area.height * (1 - share(ms));
  for (const sample of shown) {
    const [left, right] = edges(sample, samples, span, area.inner);
    const x = (left + right) / 2;
    if (sample.p95 > sample.p50) area.drawing.append(svg('line', { class: 'range', x1: x, x2: x, y1: y(sample.p50), y2: y(sample.p95) }));
    area.drawing.append(svg('circle', { class: 'dot', cx: x, cy: y(sample.p50), r: span > 900_000 ? 2 : 3.5 }));
  }
  if (!shown.length) none(area, 'No job has ended');
}
