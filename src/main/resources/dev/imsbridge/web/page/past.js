// The view of past jobs: a search in the topics, also for jobs that the bridge has forgotten.

import { api } from './api.js';
import { announce, badge, h, mark, problem, say } from './dom.js';
import { count, duration, moment, shortType, time } from './format.js';

const DAY = 86_400_000;
const BY_DEFAULT = 30 * DAY;
const OUTCOMES = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', LOST: 'Lost' };
const COLUMNS = ['Status', 'Job', 'Labels', 'Last change', 'Result'];

export class Past {
  title = 'Past jobs';

  constructor() {
    const field = (label, input, name) => h('div', { class: `field ${name}` }, h('label', { for: input.id }, label), input);
    this.q = h('input', { id: 'past-q', type: 'search', placeholder: 'order=4711, or the id of a job, sub-job or image', autocomplete: 'off', spellcheck: 'false', maxlength: 513 });
    this.outcome = h('select', { id: 'past-outcome' }, h('option', { value: '' }, 'Any'), ...Object.entries(OUTCOMES).map(([value, word]) => h('option', { value }, word)));
    this.since = h('input', { id: 'past-since', type: 'date' });
    this.until = h('input', { id: 'past-until', type: 'date' });
    this.go = h('button', { class: 'primary' }, 'Search');
    this.stop = h('button', { type: 'button', hidden: true, onclick: () => this.abort.abort() }, 'Stop');
    this.form = h('form', { class: 'card asking', role: 'search', onsubmit: (event) => (event.preventDefault(), this.ask()) }, field('Label or id', this.q, 'words'), field('From', this.since), field('To', this.until), field('Outcome', this.outcome), h('div', { class: 'actions' }, this.go, this.stop));
    this.failure = problem();
    this.bar = h('div', { class: 'progress', role: 'progressbar', 'aria-label': 'Search', 'aria-valuemin': 0, 'aria-valuemax': 100, hidden: true }, h('span', { class: 'fill' }));
    this.note = h('p', { class: 'quiet' });
    this.further = h('button', { type: 'button', hidden: true, onclick: () => this.goOn() }, 'Continue from there');
    this.rows = h('tbody');
    this.table = h('table', { class: 'listing past', hidden: true }, h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))), this.rows);
    this.results = h('div', { class: 'card sheet', hidden: true }, this.bar, this.table, this.note, this.further);
    this.element = h('section', { class: 'job records', hidden: true }, h('header', { class: 'title' }, h('div', {}, h('h1', {}, this.title), h('p', { class: 'quiet' }, 'Searches the topics, also for jobs that the bridge has forgotten.'))), h('div', { class: 'body' }, this.form, this.failure, this.results));
  }

  /** @param query the parameters of the address: q, outcome, since and until */
  show(query) {
    this.element.hidden = false;
    const key = query.toString();
    if (key === this.key) return;
    this.key = key;
    this.q.value = query.get('q') ?? '';
    this.outcome.value = query.get('outcome') ?? '';
    this.since.value = key ? day(query.get('since')) : day(Date.now() - BY_DEFAULT);
    this.until.value = day(query.get('until'));
    this.results.hidden = true;
    this.failure.hidden = true;
    if (key) this.run(query);
  }

  hide() {
    this.element.hidden = true;
    // A search is expensive for the bridge, so it ends when nobody looks at it.
    if (this.running) this.key = null;
    this.abort?.abort();
  }

  /** Searches with the values of the form. They become the address, so the search can be shared. */
  ask() {
    const query = new URLSearchParams(Object.entries({ q: this.q.value.trim(), outcome: this.outcome.value, since: this.since.value, until: this.until.value }).filter(([, value]) => value));
    if (query.toString()) this.open(query);
    else this.failure.update({ message: 'Give a label, an id, an outcome or a first day.' }, 'Nothing to search for');
  }

  /** Continues a search that took too long, with the time that it has reached. */
  goOn() {
    const query = new URLSearchParams(this.key);
    query.set('since', this.reached);
    this.open(query);
  }

  open(query) {
    const hash = `#/past?${query}`;
    this.key = null;
    if (location.hash === hash) this.show(query);
    else location.hash = hash;
  }

  // ---- the search

  async run(query) {
    this.abort?.abort();
    const { signal } = (this.abort = new AbortController());
    this.running = true;
    this.rows.replaceChildren();
    this.table.hidden = true;
    this.further.hidden = true;
    this.failure.hidden = true;
    this.results.hidden = false;
    this.bar.hidden = false;
    this.stop.hidden = false;
    this.progress({ read: 0, of: 0, found: 0 });
    let ended = false;
    try {
      await api.past(parameters(query), (line) => {
        if (signal.aborted) return;
        if (line.progress) this.progress(line.progress);
        if (line.job) this.rows.append(row(line.job));
        if (line.end) this.end(line.end);
        if (line.failed) throw new Error(line.failed);
        ended ||= Boolean(line.end);
      }, signal);
      if (!ended) throw new Error('The connection to the bridge was lost.');
    } catch (e) {
      if (signal !== this.abort.signal) return;
      if (signal.aborted) say(this.note, 'Stopped.');
      else {
        this.failure.update(e, 'The search failed');
        this.results.hidden = true;
      }
    } finally {
      if (signal === this.abort.signal) {
        this.running = false;
        this.bar.hidden = true;
        this.stop.hidden = true;
      }
    }
  }

  progress({ read, of, found }) {
    const share = of ? read / of : 0;
    this.bar.firstChild.style.transform = `scaleX(${share})`;
    mark(this.bar, 'aria-valuenow', Math.round(100 * share));
    say(this.note, of ? `Read ${count(read)} of ${count(of)} records · ${jobs(found)} so far` : 'Opening the topics …');
  }

  end({ complete, found, left_out: leftOut, reached }) {
    this.table.hidden = found === 0;
    this.reached = reached;
    this.further.hidden = complete;
    const notes = [found ? `${jobs(found)}, the latest first.` : complete ? 'No job matches. Records that retention has deleted cannot be searched.' : 'No job so far.'];
    if (leftOut) notes.push(`${count(leftOut)} earlier ones match too: choose a shorter time.`);
    if (!complete) notes.push(`The search took too long and has reached ${moment(time(reached))}.`);
    say(this.note, notes.join(' '));
    announce(this.note.textContent);
  }
}

const jobs = (n) => `${count(n)} ${n === 1 ? 'job' : 'jobs'}`;

/** The local date of a time, or a date as it is, for a date field. */
function day(value) {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
  const at = typeof value === 'number' ? value : time(value);
  return at === null ? '' : moment(at).slice(0, 10);
}

/** The begin of a local date, `days` later. A time is returned as it is. */
function instant(value, days) {
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value ?? '');
  return date ? new Date(Number(date[1]), Number(date[2]) - 1, Number(date[3]) + days).toISOString() : value;
}

/** The parameters of the API for those of the address. */
function parameters(query) {
  const q = query.get('q') ?? '';
  const label = /^([^:=]+)[:=](.*)$/s.exec(q);
  return {
    label: label ? `${label[1]}=${label[2]}` : null,
    id: label ? null : q,
    outcome: query.get('outcome'),
    since: instant(query.get('since'), 0),
    until: instant(query.get('until'), 1),
  };
}

function row(job) {
  const at = time(job.changed_at);
  const begin = time(job.begin_time);
  const end = time(job.end_time);
  const reason = [job.error_code, job.fail_reason].filter(Boolean).join(' · ');
  const images = (job.image_ids ?? []).slice(0, 3);
  const more = (job.image_ids ?? []).length - images.length;
  return h(
    'tr',
    {},
    h('td', {}, job.status ? badge(job.status) : h('span', { class: 'quiet' }, 'Not known')),
    h('th', { scope: 'row' }, h('a', { class: 'mono', href: `#/jobs/${encodeURIComponent(job.job_id)}` }, job.job_id), h('span', { class: 'quiet' }, shortType(job.job_type))),
    h('td', {}, ...Object.entries(job.labels ?? {}).map(([name, value]) => h('span', { class: 'label cut', title: `${name}=${value}` }, `${name}=${value}`))),
    h('td', { class: 'number', title: moment(at, true) }, moment(at), begin !== null && end !== null ? h('span', { class: 'quiet' }, `took ${duration(end - begin)}`) : null),
    h('td', { class: 'why' }, reason && h('span', { 'data-reason': true }, reason), ...images.map((id) => h('span', { class: 'mono' }, id)), more > 0 ? h('span', { class: 'quiet' }, `and ${count(more)} more`) : null),
  );
}
