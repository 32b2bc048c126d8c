// The board: a table of all jobs. Only visible rows are elements of the document.

import { api } from './api.js';
import { announce, badge, glyph, h, mark, say, STATUSES, STATUS_WORDS } from './dom.js';
import { basis, left, OVERLONG, share } from './forecast.js';
import { ago, count, duration, moment, shortType } from './format.js';
import { open, took } from './jobs.js';

const OVERSCAN = 6;
const TALL = 122; // the height of a row on a narrow screen, as in style.css
const REREAD = 15_000;
const MOST_READS = 6;
// Long enough for a complete id, as opposed to a part of one.
const WHOLE_ID = /^[A-Za-z0-9_-]{12,64}$/;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const narrow = matchMedia('(max-width: 719px)');

const COLUMNS = [
  ['status', 'Status'],
  ['type', 'Type'],
  ['id', 'Job'],
  ['project', 'Project'],
  [null, 'Labels'],
  ['subJobs', 'Sub-jobs'],
  ['took', 'Duration'],
  ['requested', 'Requested'],
  ['changed', 'Changed'],
  ['ready', 'Result', 'Ready or result'],
];

export class Board {
  title = 'Jobs';

  constructor(jobs, { onFilter, onRefresh }) {
    Object.assign(this, { jobs, onFilter, onRefresh });
    this.filters = {};
    this.sort = { by: 'requested', down: true };
    this.rows = [];
    this.shown = new Map();
    this.spare = [];
    this.matched = new Set();
    this.reading = new Set();
    this.load = { done: false, read: 0 };
    this.build();
    new ResizeObserver(() => this.frame()).observe(this.scroller);
    narrow.addEventListener('change', () => this.frame());
    setInterval(() => this.tick(), 1000);
  }

  // ---- elements

  build() {
    this.search = h('input', { type: 'search', id: 'search', placeholder: 'Search ids, sub-jobs, types, labels, reasons', 'aria-label': 'Search', 'aria-keyshortcuts': '/', autocomplete: 'off', spellcheck: 'false', maxlength: 200, oninput: () => this.filter({ q: this.search.value.trim() }) });
    const choice = (name, all) => h('select', { 'aria-label': name, onchange: (event) => this.filter({ [event.target.name]: event.target.value }), name: name.toLowerCase() }, h('option', { value: '' }, all));
    this.state = choice('State', 'Open and ended');
    this.state.append(h('option', { value: 'open' }, 'Open'), h('option', { value: 'ended' }, 'Ended'));
    this.type = choice('Type', 'All types');
    this.project = choice('Project', 'All projects');
    this.known = h('datalist', { id: 'known-labels' });
    this.label = h('input', { 'aria-label': 'Label, as name=value', placeholder: 'Label name=value', list: 'known-labels', autocomplete: 'off', spellcheck: 'false', maxlength: 520, oninput: () => this.filter({ label: this.label.value.trim() }) });
    this.reset = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => this.show(new URLSearchParams(), true) }, 'Clear filters');
    this.chips = ['', ...STATUSES].map((status) => {
      const number = h('span', { class: 'number' }, '0');
      const chip = h('button', { type: 'button', class: 'chip', 'data-status': status || null, 'aria-pressed': 'false', onclick: () => this.filter({ status: this.filters.status === status ? '' : status }) }, status && glyph(status), h('span', {}, status ? STATUS_WORDS[status] : 'All'), number);
      return Object.assign(chip, { status, number });
    });
    this.toggle = h('button', { type: 'button', class: 'toggle', 'aria-expanded': 'false', 'aria-controls': 'filters', onclick: () => this.unfold(this.toggle.getAttribute('aria-expanded') !== 'true') }, 'Filters');
    this.headers = COLUMNS.map(([by, name, shown = name]) =>
      h('div', { role: 'columnheader', class: `c-${name.toLowerCase()}` }, by ? h('button', { type: 'button', onclick: () => this.order(by) }, shown) : h('span', {}, shown)),
    );
    this.space = h('div', { class: 'space', role: 'presentation' });
    this.scroller = h('div', { class: 'scroller', role: 'rowgroup', tabindex: '0', 'aria-label': 'Jobs', onscroll: () => this.frame(), onkeydown: (event) => this.keys(event) }, this.space);
    this.table = h('div', { class: 'table', role: 'table', 'aria-label': 'Jobs' }, h('div', { role: 'rowgroup', class: 'head' }, h('div', { role: 'row', class: 'row' }, ...this.headers)), this.scroller);
    this.none = h('p');
    this.past = h('a', { hidden: true }, 'Forgotten by the bridge? Search the topics');
    this.elsewhere = h('a', { hidden: true }, 'Search past jobs');
    this.empty = h('div', { class: 'empty', hidden: true }, this.none, this.past, this.elsewhere);
    this.foot = h('p', { class: 'foot' });
    this.element = h(
      'section',
      { class: 'board', 'aria-labelledby': 'board-title' },
      h('h1', { id: 'board-title', class: 'unseen' }, 'Jobs'),
      h('div', { class: 'chips', role: 'group', 'aria-label': 'Filter by status' }, ...this.chips),
      h('div', { class: 'filters', id: 'filters', role: 'search' }, h('div', { class: 'search' }, this.search, h('kbd', { 'aria-hidden': 'true' }, '/')), this.toggle, this.state, this.type, this.project, this.label, this.known, this.reset),
      this.table,
      this.empty,
      this.foot,
    );
    this.ordered();
  }

  row() {
    const cell = (name, ...children) => h('div', { role: 'cell', class: `c-${name}` }, ...children);
    const status = badge('REQUESTED');
    const type = h('span', { class: 'cut' });
    const link = h('a', { class: 'mono cut' });
    const project = h('span', { class: 'cut' });
    const labels = cell('labels');
    const meter = h('span', { class: 'meter', 'aria-hidden': 'true' }, h('span', { class: 'fill' }));
    const subJobs = h('span', { class: 'number' });
    const length = h('span', { class: 'number' });
    const requested = h('span', { class: 'number' });
    const changed = h('span', { class: 'number' });
    const fault = h('span', { class: 'fault', hidden: true });
    const overlong = h('span', { class: 'fault', title: OVERLONG, hidden: true }, 'overlong');
    const progress = h('span', { class: 'meter', 'aria-hidden': 'true', hidden: true }, h('span', { class: 'fill' }));
    const result = h('span', { class: 'cut' });
    const element = h(
      'div',
      { role: 'row', class: 'row' },
      cell('status', status),
      cell('type', type),
      cell('job', link),
      cell('project', project),
      labels,
      cell('sub-jobs', meter, subJobs),
      cell('duration', length),
      cell('requested', requested),
      cell('changed', changed),
      cell('result', fault, overlong, progress, result),
    );
    return Object.assign(element, { parts: { status, type, link, project, labels, meter, subJobs, length, requested, changed, fault, overlong, progress, result } });
  }

  // ---- filters

  show(query, written = false) {
    const filters = Object.fromEntries(['state', 'status', 'type', 'project', 'label', 'q'].map((name) => [name, query.get(name) ?? '']));
    const [by, way] = (query.get('sort') ?? '').split('.');
    if (COLUMNS.some(([key]) => key && key === by)) this.sort = { by, down: way !== 'up' };
    this.search.value = filters.q;
    this.label.value = filters.label;
    this.filters = {};
    this.element.hidden = false;
    this.filter(filters, written);
    this.ordered();
  }

  hide() {
    this.element.hidden = true;
  }

  filter(change, written = true) {
    const asked = change.q !== undefined && change.q !== (this.filters.q ?? '');
    this.filters = { ...this.filters, ...change };
    if (asked) this.ask(change.q);
    this.choices();
    for (const name of ['state', 'type', 'project']) this[name].value = this.filters[name] ?? '';
    for (const chip of this.chips) mark(chip, 'aria-pressed', String((this.filters.status ?? '') === chip.status));
    this.reset.hidden = !Object.values(this.filters).some(Boolean);
    if (['state', 'type', 'project', 'label'].some((name) => this.filters[name])) this.unfold(true);
    if (written) this.write();
    this.scroller.scrollTop = 0;
    this.selected = null;
    this.frame();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => written && announce(`${count(this.rows.length)} jobs match`), 900);
  }

  /** On a narrow screen, the choices are shown on demand only. */
  unfold(all) {
    mark(this.toggle, 'aria-expanded', String(all));
    mark(this.toggle.parentElement, 'data-all', all);
  }

  write() {
    const query = new URLSearchParams(Object.entries(this.filters).filter(([, value]) => value));
    if (this.sort.by !== 'requested' || !this.sort.down) query.set('sort', `${this.sort.by}.${this.sort.down ? 'down' : 'up'}`);
    this.onFilter(query.toString());
  }

  order(by) {
    this.sort = { by, down: this.sort.by === by ? !this.sort.down : by !== 'id' && by !== 'type' && by !== 'project' && by !== 'status' && by !== 'ready' };
    this.write();
    this.ordered();
    this.selected = null;
    this.frame();
  }

  ordered() {
    this.headers.forEach((header, i) => {
      const by = COLUMNS[i][0];
      if (by) mark(header, 'aria-sort', by !== this.sort.by ? 'none' : this.sort.down ? 'descending' : 'ascending');
    });
  }

  /** Searches at the bridge too, because the list of the page does not contain sub-jobs. */
  ask(q) {
    clearTimeout(this.asking);
    this.abort?.abort();
    this.matched = new Set();
    if (q.length < 3) return;
    this.asking = setTimeout(async () => {
      const { signal } = (this.abort = new AbortController());
      try {
        let cursor = null;
        for (let pages = 0; pages < 20; pages++) {
          const page = await api.jobs({ q, limit: 500, cursor }, signal);
          page.jobs.forEach((job) => this.matched.add(this.jobs.read(job).id));
          this.changed();
          cursor = page.next_cursor;
          if (!cursor) break;
        }
      } catch {
        // The matches of the page itself are shown anyway.
      }
    }, 250);
  }

  choices() {
    const fill = (select, values) => {
      const chosen = this.filters[select.name];
      const all = chosen && !values.includes(chosen) ? [...values, chosen] : values;
      const text = all.join('\n');
      if (select.offered === text) return;
      select.offered = text;
      select.replaceChildren(select.options[0], ...all.map((value) => h('option', { value }, value)));
      select.value = chosen ?? '';
    };
    fill(this.type, this.jobs.values('type'));
    const projects = this.jobs.values('project');
    fill(this.project, projects);
    mark(this.table, 'data-single', projects.length < 2);
    const labels = this.jobs.labels(100);
    const text = labels.join('\n');
    if (this.known.offered !== text) {
      this.known.offered = text;
      this.known.replaceChildren(...labels.map((value) => h('option', { value })));
    }
  }

  // ---- drawing

  loading(load) {
    this.load = load;
    this.frame();
  }

  changed() {
    this.selected = null;
    this.frame();
  }

  /** Draws at the next animation frame, once for any number of calls. */
  frame() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (!this.element.hidden) this.draw();
    });
  }

  draw() {
    const begin = performance.now();
    if (this.selected === null && begin >= (this.restUntil ?? 0)) {
      this.select();
      // Filtering many jobs is slow, so it may use at most a fifth of the time.
      const cost = performance.now() - begin;
      this.restUntil = cost < 2 ? 0 : begin + cost * 5;
    } else if (this.selected === null) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.frame(), this.restUntil - begin + 1);
    }
    const height = narrow.matches ? TALL : 36;
    if (this.height !== height || this.drawnRows !== this.rows.length) {
      this.height = height;
      this.drawnRows = this.rows.length;
      this.space.style.height = `${this.rows.length * height}px`;
    }
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - OVERSCAN);
    const last = Math.min(this.rows.length, Math.ceil((this.scroller.scrollTop + this.scroller.clientHeight) / height) + OVERSCAN);
    const now = Date.now();
    const wanted = new Map(this.rows.slice(first, last).map((job, i) => [job.id, first + i]));
    for (const [id, element] of this.shown) {
      if (wanted.has(id)) continue;
      this.shown.delete(id);
      if (element.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
      this.spare.push(element);
    }
    for (const [id, index] of wanted) {
      let element = this.shown.get(id);
      const fresh = !element;
      if (fresh) {
        element = this.spare.pop() ?? this.row();
        this.shown.set(id, element);
      }
      this.place(element, index, height);
      this.update(element, this.rows[index], now, fresh);
      if (!element.isConnected) this.space.append(element);
    }
    this.spare.splice(0).forEach((element) => element.remove());
    mark(this.table, 'aria-rowcount', this.rows.length + 1);
    this.tell();
  }

  select() {
    const { rows, counts } = this.jobs.select(this.filters, this.sort, this.matched);
    this.selected = true;
    this.rows = rows;
    for (const chip of this.chips) {
      const n = chip.status ? (counts[chip.status] ?? 0) : Object.values(counts).reduce((sum, each) => sum + each, 0);
      say(chip.number, count(n));
      mark(chip, 'data-none', n === 0);
    }
    // The choices change rarely, and collecting them reads every job.
    if (performance.now() - (this.chosenAt ?? -Infinity) > 2000) {
      this.chosenAt = performance.now();
      this.choices();
    }
  }

  place(element, index, height) {
    if (element.index !== index || element.height !== height) {
      element.index = index;
      element.height = height;
      element.style.transform = `translateY(${index * height}px)`;
      mark(element, 'aria-rowindex', index + 2);
    }
  }

  update(element, job, now, fresh) {
    const parts = element.parts;
    parts.status.update(job.status);
    say(parts.type, shortType(job.type));
    mark(parts.type, 'title', job.type);
    say(parts.link, job.id);
    mark(parts.link, 'href', `#/jobs/${job.id}`);
    say(parts.project, job.project ?? '');
    mark(parts.project, 'title', job.region ? `${job.project} in ${job.region}` : job.project);
    this.labels(parts.labels, job.labels);
    say(parts.subJobs, job.total ? `${job.ended}/${job.total}` : '');
    mark(parts.meter, 'hidden', !job.total);
    mark(parts.meter, 'data-failed', job.failed > 0);
    mark(parts.meter, 'data-done', job.ended === job.total);
    if (job.total) parts.meter.firstChild.style.transform = `scaleX(${Math.min(1, job.ended / job.total)})`;
    say(parts.length, duration(took(job, now)));
    say(parts.requested, job.requestedAt === null ? '–' : ago(now - job.requestedAt));
    mark(parts.requested, 'title', moment(job.requestedAt, true));
    say(parts.changed, job.changedAt === null ? '–' : ago(now - job.changedAt));
    mark(parts.changed, 'title', moment(job.changedAt, true));
    say(parts.fault, job.fault ?? '');
    parts.fault.hidden = !job.fault;
    const reason = [job.errorCode, job.failReason].filter(Boolean).join(' · ');
    const images = job.imageIds.length > 1 ? `${job.imageIds[0]} and ${job.imageIds.length - 1} more` : job.imageIds[0];
    const expected = open(job) && job.forecast?.at ? job.forecast : null;
    parts.overlong.hidden = !(open(job) && job.forecast?.overlong);
    parts.progress.hidden = !expected || expected.overlong || Boolean(reason);
    if (expected) parts.progress.firstChild.style.transform = `scaleX(${share(expected, expected.at, now)})`;
    const result = reason || (job.status === 'SUCCESS' && images) || (expected ? left(expected, now) : '');
    say(parts.result, result);
    mark(parts.result, 'title', expected && !reason ? basis(expected) : result);
    mark(parts.result, 'data-reason', Boolean(reason));
    if (!fresh && element.touched !== job.touched && !calm.matches && element.animate) {
      element.animate([{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }], { duration: 1100, easing: 'ease-out' });
    }
    element.touched = job.touched;
  }

  labels(cell, labels) {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const all = pairs.join('\n');
    if (cell.all === all) return;
    cell.all = all;
    mark(cell, 'title', all || null);
    cell.replaceChildren(...pairs.slice(0, 1).map((pair) => h('span', { class: 'label cut' }, pair)), pairs.length > 1 ? h('span', { class: 'more' }, `+${pairs.length - 1}`) : '');
  }

  tell() {
    const none = this.rows.length === 0;
    this.empty.hidden = !none;
    this.table.hidden = none;
    if (none) {
      say(this.none, this.jobs.all.size ? 'No job matches.' : this.load.failure ? `The list cannot be read: ${this.load.failure}` : this.load.done ? 'No jobs yet. Watch one, and it appears here.' : 'Reading the list of jobs …');
      const sought = this.filters.q ?? '';
      this.past.hidden = !WHOLE_ID.test(sought);
      mark(this.past, 'href', `#/jobs/${sought}`);
      const words = sought || this.filters.label;
      this.elsewhere.hidden = !words;
      mark(this.elsewhere, 'href', `#/past?${new URLSearchParams({ q: words ?? '' })}`);
    }
    const notes = [`${count(this.rows.length)} of ${count(this.jobs.all.size)} jobs`];
    if (!this.load.done && !none) notes.push(`reading the list, ${count(this.load.read)} so far`);
    if (this.load.failure && !none) notes.push(this.load.failure);
    if (this.load.missing) notes.push(`${this.load.missing} partitions do not answer now: some jobs are missing`);
    say(this.foot, notes.join(' · '));
  }

  // ---- timer

  tick() {
    if (this.element.hidden || document.hidden) return;
    this.frame();
    const now = Date.now();
    const wanted = [...this.shown.keys()]
      .map((id) => this.jobs.get(id))
      .filter((job) => job && !this.reading.has(job.id) && now - (job.askedAt ?? 0) > 2000)
      .filter((job) => (job.stale && performance.now() - job.touched > 400) || (open(job) && now - job.readAt > REREAD))
      .slice(0, MOST_READS - this.reading.size);
    for (const job of wanted) {
      job.askedAt = now;
      this.reading.add(job.id);
      this.onRefresh(job.id)
        .catch(() => (job.askedAt = now + REREAD))
        .finally(() => this.reading.delete(job.id));
    }
  }

  keys(event) {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.height) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || !this.rows.length || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const focused = event.target.closest('.row');
    const from = focused ? focused.index : step > 0 ? Math.floor(this.scroller.scrollTop / this.height) - 1 : Math.ceil(this.scroller.scrollTop / this.height) + 1;
    const to = Math.min(this.rows.length - 1, Math.max(0, from + step));
    const top = to * this.height;
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    else if (top + this.height > this.scroller.scrollTop + this.scroller.clientHeight) this.scroller.scrollTop = top + this.height - this.scroller.clientHeight;
    this.draw();
    this.shown.get(this.rows[to].id)?.parts.link.focus({ preventScroll: true });
  }
}
