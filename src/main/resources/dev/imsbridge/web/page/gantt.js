// A job tree over time: one row per job, one segment per status.

import { h, svg, STATUS_WORDS } from './dom.js';
import { clock, duration, moment, shortType, time } from './format.js';

const STEPS = [50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5];
// The height of a row, as in style.css. On a narrow screen, the name is above the bar.
const LINE = 34;
const TALL_LINE = 52;
const narrow = matchMedia('(max-width: 719px)');
const MOST = 300;

/** The nodes of a tree in reading order, each with its depth. */
function inOrder(nodes) {
  const ids = new Set(nodes.map((node) => node.job_id));
  const children = new Map();
  for (const node of nodes) {
    const parent = ids.has(node.parent_job_id) && node.parent_job_id !== node.job_id ? node.parent_job_id : null;
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(node);
  }
  const ordered = [];
  const seen = new Set();
  const add = (parent, depth) => {
    for (const node of children.get(parent) ?? []) {
      if (seen.has(node.job_id)) continue;
      seen.add(node.job_id);
      ordered.push({ node, depth });
      add(node.job_id, depth + 1);
    }
  };
  add(null, 0);
  return ordered;
}

const terminal = (status) => status === 'SUCCESS' || status === 'FAIL' || status === 'LOST';

/**
 * The segments between the stages of a node, and its ends. A node has several ends if the job was
 * lost and requested again. IMS may then report only the final status, so the segment after the
 * loss begins at the request.
 */
function course(node, { until, asked, isOpen }) {
  const stages = (node.stages ?? []).map((stage) => ({ status: stage.status, at: time(stage.at) })).filter((stage) => stage.at !== null);
  const segments = [];
  const ends = [];
  stages.forEach(({ status, at }, i) => {
    const next = stages[i + 1]?.at ?? null;
    if (!terminal(status)) {
      segments.push({ status, from: at, to: next ?? until });
      return;
    }
    const again = status === 'LOST' && asked !== null && asked >= at && (next === null ? isOpen : asked < next);
    if (again) segments.push({ status: 'REQUESTED', from: asked, to: next ?? until });
    ends.push({ status, at, next: again ? asked : next });
  });
  const found = ends.filter(({ status }) => status !== 'LOST').at(-1) ?? null;
  return { node, stages, segments, ends, found, begin: time(node.begin_time), ims: time(node.end_time) };
}

export class Gantt {
  constructor() {
    this.names = h('div', { class: 'names' });
    this.plot = h('div', { class: 'plot' });
    this.caption = h('p', { class: 'caption' });
    this.rows = h('tbody');
    const head = ['Job', 'Type', 'Status', 'Seen', 'Began (IMS)', 'Ended (IMS)', 'Found after'].map((name) => h('th', { scope: 'col' }, name));
    this.element = h(
      'div',
      { class: 'gantt' },
      h('div', { class: 'chart' }, this.names, this.plot),
      this.caption,
      h('details', {}, h('summary', {}, 'The same as a table'), h('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Timeline as a table' }, h('table', {}, h('thead', {}, h('tr', {}, ...head)), this.rows))),
    );
    new ResizeObserver(() => this.draw()).observe(this.plot);
  }

  /** @param job in the shape of the API, with its nodes */
  show(job, now) {
    this.job = job;
    this.now = now;
    this.draw();
  }

  draw() {
    const width = Math.floor(this.plot.clientWidth);
    if (!this.job || width < 40) return;
    const isOpen = this.job.outcome === null;
    const ordered = inOrder(this.job.jobs ?? []);
    const until = isOpen ? this.now : (time(this.job.ended_at) ?? this.now);
    const life = { until, asked: time(this.job.requested_at), isOpen };
    const courses = ordered.slice(0, MOST).map(({ node, depth }) => ({ depth, ...course(node, life) }));
    const known = courses.flatMap((each) => [...each.stages.map((stage) => stage.at), each.begin, each.ims]).filter((at) => at !== null);
    if (!known.length) known.push(time(this.job.requested_at) ?? this.now);
    const from = Math.min(...known);
    const to = Math.max(...known, isOpen ? this.now : from + 1);
    const right = 92;
    const x = (at) => Math.max(0, ((at - from) / Math.max(1, to - from)) * (width - right));
    const high = narrow.matches ? TALL_LINE : LINE;
    const height = courses.length * high + 26;
    const drawing = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', focusable: 'false' }, ...this.ticks(from, to, x, height, width - right));
    courses.forEach((each, i) => drawing.append(this.line(each, 26 + i * high + high - LINE, x, isOpen)));
    if (isOpen) drawing.append(svg('line', { class: 'now', x1: x(this.now), x2: x(this.now), y1: 20, y2: height }));
    this.plot.replaceChildren(drawing);
    this.label(courses);
    this.table(courses);
    const more = ordered.length > MOST ? ` The first ${MOST} of ${ordered.length} jobs.` : '';
    this.caption.replaceChildren(
      h('span', {}, `${moment(from)} to ${isOpen ? 'now' : clock(to)}, ${duration(to - from)}.${more}`),
      h('span', { class: 'key', 'data-key': 'INIT' }, 'Init'),
      h('span', { class: 'key', 'data-key': 'RUNNING' }, 'Running'),
      courses.some(({ segments }) => segments.some(({ status }) => status === 'REQUESTED')) ? h('span', { class: 'key', 'data-key': 'REQUESTED' }, 'Requested again') : '',
      h('span', { class: 'key', 'data-key': 'ims' }, 'begin to end, as IMS states them'),
    );
  }

  ticks(from, to, x, height, width) {
    const most = Math.max(2, Math.floor(width / 90));
    const step = STEPS.find((each) => (to - from) / each <= most) ?? STEPS.at(-1) * Math.ceil((to - from) / STEPS.at(-1) / most);
    const drawn = [];
    for (let at = 0; at <= to - from; at += step) {
      const left = Math.round(x(from + at)) + 0.5;
      drawn.push(svg('line', { class: 'grid', x1: left, x2: left, y1: 20, y2: height }), svg('text', { class: 'tick', x: left + 3, y: 12 }, at === 0 ? '0' : `+${exact(at)}`));
    }
    return drawn;
  }

  line({ node, segments, ends, begin, ims }, top, x, isOpen) {
    const group = svg('g', { class: 'course' });
    const bar = 16;
    const y = top + 7;
    for (const segment of segments) {
      const width = Math.max(2, x(segment.to) - x(segment.from));
      const shape = svg('rect', { class: 'segment', 'data-status': segment.status, x: x(segment.from), y, width, height: bar, rx: 3 });
      shape.append(svg('title', {}, `${node.job_id}: ${STATUS_WORDS[segment.status] ?? segment.status} for ${duration(segment.to - segment.from)}`));
      group.append(shape);
      if (width > 74) group.append(svg('text', { class: 'inside', 'data-status': segment.status, x: x(segment.from) + 7, y: y + 12 }, duration(segment.to - segment.from)));
    }
    if (begin !== null && (ims !== null || isOpen)) {
      const end = ends.at(-1);
      const stop = ims ?? (end?.next === null ? end.at : this.now);
      group.append(svg('rect', { class: 'ims', x: x(begin), y: y + bar + 2, width: Math.max(2, x(stop) - x(begin)), height: 3, rx: 1.5 }));
    }
    for (const end of ends) {
      const left = x(end.at);
      const room = end.next === null ? Infinity : x(end.next) - left;
      const cap = svg('rect', { class: 'cap', 'data-status': end.status, x: left - 1.5, y: y - 3, width: 4, height: bar + 6, rx: 2 });
      cap.append(svg('title', {}, `${node.job_id}: ${STATUS_WORDS[end.status]} seen ${moment(end.at, true)}`));
      const sign = { SUCCESS: '✓ ', FAIL: '✕ ', LOST: '? ' }[end.status];
      group.append(cap);
      if (room > 16) group.append(svg('text', { class: 'ending', 'data-status': end.status, x: left + 8, y: y + 12 }, room > 70 ? sign + STATUS_WORDS[end.status] : sign.trim()));
    }
    return group;
  }

  label(courses) {
    const key = courses.map(({ node, depth }) => `${depth}${node.job_id}${node.job_type}${node.status}`).join();
    if (this.labelled === key) return;
    this.labelled = key;
    this.names.replaceChildren(
      ...courses.map(({ node, depth }) =>
        h('div', { class: 'name', 'data-depth': Math.min(depth, 4), title: `${node.job_type ?? ''} ${node.job_id}` }, h('span', { class: 'cut' }, shortType(node.job_type)), h('span', { class: 'mono cut' }, this.short(node.job_id))),
      ),
    );
  }

  /** The id of a sub-job may begin with the id of its root. Only the rest is shown. */
  short(id) {
    const root = this.job.job_id;
    return id !== root && id.startsWith(root) ? `…${id.slice(root.length)}` : id;
  }

  table(courses) {
    const key = courses.map(({ node, stages, ims }) => `${node.job_id}${stages.length}${node.status}${ims}`).join();
    if (this.tabled === key) return;
    this.tabled = key;
    this.rows.replaceChildren(
      ...courses.map(({ node, stages, found, begin, ims }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row', class: 'mono' }, node.job_id),
          h('td', {}, node.job_type ?? '–'),
          h('td', {}, STATUS_WORDS[node.status ?? 'REQUESTED'] ?? node.status),
          h('td', {}, stages.map((stage) => `${STATUS_WORDS[stage.status] ?? stage.status} ${clock(stage.at, true)}`).join(', ') || '–'),
          h('td', {}, moment(begin, true)),
          h('td', {}, moment(ims, true)),
          h('td', {}, found && ims !== null ? duration(found.at - ims) : '–'),
        ),
      ),
    );
  }
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** An exact duration for the axis: 150 ms, 2.5 s, 1m10s, 2h, 1d12h. */
function exact(ms) {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1000} s`;
  let left = ms;
  return UNITS.map(([unit, size]) => {
    const n = Math.floor(left / size);
    left -= n * size;
    return n ? `${n}${unit}` : '';
  }).join('');
}
