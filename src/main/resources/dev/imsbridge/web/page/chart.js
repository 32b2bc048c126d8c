// Two small charts. Their numbers are also shown as text.

import { svg } from './dom.js';
import { duration, rate } from './format.js';
import { SPAN } from './measures.js';

const HEIGHT = 150;
const LEFT = 52;
const BOTTOM = 24;
const TOP = 8;

function canvas(place) {
  const width = Math.floor(place.clientWidth);
  if (width < 80) return null;
  const drawing = svg('svg', { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true', focusable: 'false' });
  place.replaceChildren(drawing);
  for (const minutes of [5, 4, 3, 2, 1, 0]) {
    const x = LEFT + ((SPAN / 60 - minutes) / (SPAN / 60)) * (width - LEFT - 8);
    drawing.append(svg('text', { class: 'tick', x, y: HEIGHT - 4, 'text-anchor': minutes === 0 ? 'end' : minutes === SPAN / 60 ? 'start' : 'middle' }, minutes ? `−${minutes} min` : 'now'));
  }
  return { drawing, width, inner: width - LEFT - 8, height: HEIGHT - TOP - BOTTOM };
}

function grid({ drawing, width, height }, share, label) {
  const y = TOP + height * (1 - share) + 0.5;
  drawing.append(svg('line', { class: 'grid', x1: LEFT, x2: width - 8, y1: y, y2: y }), svg('text', { class: 'tick', x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, label));
}

/** The next larger value among 1, 2 and 5 times a power of ten. */
function round(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value);
}

/** Draws one bar per second. */
export function drawRate(place, seconds) {
  const area = canvas(place);
  if (!area) return;
  const most = round(Math.max(4, ...seconds));
  for (const share of [0, 0.5, 1]) grid(area, share, rate(most * share));
  const step = area.inner / seconds.length;
  let path = '';
  seconds.forEach((n, i) => {
    if (n) path += `M${(LEFT + i * step).toFixed(1)} ${TOP + area.height}v${(-(n / most) * area.height).toFixed(1)}h${Math.max(1, step - 0.3).toFixed(2)}V${TOP + area.height}z`;
  });
  area.drawing.append(svg('path', { class: 'bars', d: path }));
}

/** Draws a dot for each job end that was detected, on a logarithmic scale. */
export function drawLags(place, lags, now) {
  const area = canvas(place);
  if (!area) return;
  const values = lags.map((each) => Math.max(1, each.lag));
  const low = Math.floor(Math.log10(Math.min(100, ...values)));
  const high = Math.max(low + 2, Math.ceil(Math.log10(Math.max(1000, ...values))));
  for (let power = low; power <= high; power++) grid(area, (power - low) / (high - low), duration(10 ** power));
  for (const { at, lag, status } of lags) {
    const x = LEFT + (1 - (now - at) / (SPAN * 1000)) * area.inner;
    const y = TOP + area.height * (1 - (Math.log10(Math.max(1, lag)) - low) / (high - low));
    area.drawing.append(
      status === 'SUCCESS'
        ? svg('circle', { class: 'dot', 'data-status': status, cx: x, cy: y, r: 3 })
        : svg('path', { class: 'dot', 'data-status': status, d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6` }),
    );
  }
}
