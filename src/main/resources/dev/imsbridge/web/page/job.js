// The job view: facts, timeline, history and evidence.

import { api } from './api.js';
import { announce, badge, copier, h, mark, modal, problem, say, STATUS_WORDS } from './dom.js';
import { basis, forecast, OVERLONG, ready, share } from './forecast.js';
import { clock, duration, moment, text, time } from './format.js';
import { Gantt } from './gantt.js';

const AGAIN_UNKNOWN = 1000;
const AGAIN_OPEN = 5000;
const AGAIN_FAILED = 4000;
const MOST_LINES = 500;
// Ids that the bridge never accepts are not requested.
const JOB_ID = /^(?!(null|undefined|none|nil)$)[A-Za-z0-9_-]{1,64}$/i;
const LOST = {
  NOT_FOUND: 'IMS does not know this job, or no longer does.',
  EXPIRED: 'The job had not ended when its deadline passed.',
  CANCELLED: 'The request was cancelled.',
};
const FACTS = ['Duration', 'Requested', 'Requested by', 'Began', 'Ended', 'Found after', 'Next poll', 'Deadline', 'Sub-jobs', 'Outcome', 'Project', 'Region', 'Labels', 'Images'];

export class JobView {
  /** @param onWatch opens the form to watch a job with this id */
  constructor({ onWatch }) {
    this.gantt = new Gantt();
    this.body = h('div', { class: 'body' });
    this.element = h('section', { class: 'job', hidden: true }, h('a', { class: 'back', href: '#/' }, '← Jobs'), this.body);
    this.heading = h('h1', { class: 'mono' });
    this.message = h('p', { class: 'notice' });
    this.detail = h('p', { class: 'quiet' });
    this.watch = h('button', { type: 'button', class: 'primary', onclick: () => onWatch(this.id) }, 'Watch this job');
    this.id = null;
    setInterval(() => this.tick(), 250);
  }

  get title() {
    return `Job ${this.id ?? ''}`;
  }

  show(id) {
    this.element.hidden = false;
    if (this.id === id && this.job) return this.refresh();
    this.id = id;
    this.job = null;
    this.history = null;
    this.kind = 'all';
    this.since = Date.now();
    this.searched = false;
    this.nowhere = false;
    this.notice('Reading the job …');
    return this.refresh();
  }

  hide() {
    this.element.hidden = true;
    clearTimeout(this.next);
  }

  /** This page has just requested the job. The bridge will know it soon. */
  expect(id) {
    this.expected = id;
    if (this.id !== id) return;
    this.since = Date.now();
    this.refresh();
  }

  /**
   * Shows a message in place of the job. Reuses its elements, so that the button keeps the focus.
   */
  notice(message, detail = '', offered = false) {
    say(this.heading, this.id);
    say(this.message, message);
    say(this.detail, detail);
    this.detail.hidden = !detail;
    this.watch.hidden = !offered;
    if (!this.heading.isConnected) this.body.replaceChildren(this.heading, this.message, this.detail, h('p', {}, this.watch));
    this.built = false;
  }

  /** Handles an event of any job. If it belongs to this job, the job is read again soon. */
  take(event) {
    if (this.element.hidden || !this.job || event.data.root_job_id !== this.job.job_id) return;
    // The event is now in the history, even if the tree already contained the change.
    this.told = true;
    this.again(120);
  }

  again(ms) {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.refresh(), ms);
  }

  async refresh() {
    if (this.element.hidden || this.id === null) return;
    clearTimeout(this.next);
    const id = this.id;
    const round = (this.round = (this.round ?? 0) + 1);
    if (!JOB_ID.test(id)) return this.misnamed();
    try {
      const job = await api.job(id);
      if (round !== this.round) return;
      const changed = this.told || !this.job || this.job.forgotten || this.job.sequence !== job.sequence || this.job.outcome !== job.outcome || !this.history;
      this.told = false;
      this.job = job;
      this.paint();
      if (changed) {
        this.history = await api.history(job.job_id).catch((e) => ({ failure: e.message, events: this.history?.events ?? [] }));
        if (round !== this.round) return;
        this.lines();
        this.why(job);
        this.fact('Requested by', requester(this.history.request));
      }
      if (job.outcome === null) this.again(AGAIN_OPEN);
    } catch (e) {
      if (round !== this.round) return;
      if (e.status === 404) this.unknown();
      else this.failed(e);
    }
  }

  unknown() {
    // A job that was just requested may take a moment to appear.
    const young = Date.now() - this.since < 10_000;
    if (!this.job) {
      const known = young ? 'The bridge does not know this job yet. Trying again …' : 'The bridge does not know this job: it was not requested, or is forgotten.';
      const kept = this.nowhere ? 'The topics have no event of this job either.' : 'Looking for it in the topics …';
      this.notice(known, kept, !young || this.expected !== this.id);
    }
    this.again(young ? AGAIN_UNKNOWN : AGAIN_UNKNOWN * 10);
    if (!this.job && !this.searched) this.search(this.id);
  }

  /**
   * Searches the topics: the bridge may have known the job earlier, and its events may still exist.
   */
  async search(id) {
    this.searched = true;
    try {
      const past = await api.history(id);
      if (this.id !== id || this.job) return;
      const subs = past.jobs.filter((node) => node.job_id !== past.root_job_id);
      const count = (...statuses) => subs.filter((node) => statuses.includes(node.status)).length;
      this.history = past;
      this.job = {
        ...past,
        job_id: past.root_job_id,
        forgotten: true,
        // The job has ended, even if its completion is no longer retained.
        outcome: past.outcome ?? '',
        ended_at: past.ended_at ?? past.changed_at,
        sub_jobs: { total: subs.length, ended: count('SUCCESS', 'FAIL'), failed: count('FAIL') },
      };
      this.paint();
      this.lines();
    } catch (e) {
      if (this.id !== id) return;
      // After 404, no topic has the job. After any other error, the search is repeated.
      if (e.status === 404) this.nowhere = true;
      else this.searched = false;
    }
  }

  misnamed() {
    this.notice('This is not a job id.', 'An id is 1 to 64 characters of A–Z, a–z, 0–9, _ and -. Is the address complete?');
  }

  failed(problem) {
    if (!this.job) this.notice('The job cannot be read now. Trying again …', problem.message);
    this.again(Math.max(AGAIN_FAILED, (problem.retryAfter ?? 0) * 1000));
  }

  // ---- drawing

  build() {
    this.status = badge('REQUESTED');
    this.fault = h('span', { class: 'fault', hidden: true });
    this.overlong = h('span', { class: 'fault', title: OVERLONG, hidden: true }, 'overlong');
    this.bar = h('div', { class: 'progress', role: 'progressbar', 'aria-label': 'Expected progress', 'aria-valuemin': 0, 'aria-valuemax': 100 }, h('span', { class: 'fill' }), h('span', { class: 'median', hidden: true }));
    this.ready = h('strong');
    this.basis = h('p', { class: 'quiet' });
    this.expected = h('div', { class: 'card ready', hidden: true }, h('p', {}, this.ready), this.bar, this.basis);
    this.type = h('h1');
    this.of = h('code', { class: 'mono' });
    this.cancel = h('button', { type: 'button', class: 'danger', onclick: () => this.askCancel() }, 'Stop watching');
    this.past = h('p', { class: 'notice', hidden: true }, 'The bridge has forgotten this job, because it ended long ago. The topics still have these events.');
    this.reason = h('div', { class: 'reason', hidden: true });
    this.facts = h('dl', { class: 'facts' });
    this.events = h('ol', { class: 'events' });
    this.kinds = ['all', 'transition', 'audit'].map((kind) =>
      h('button', { type: 'button', 'aria-pressed': 'false', 'data-kind': kind, onclick: () => ((this.kind = kind), this.lines()) }, { all: 'All', transition: 'Published', audit: 'Audit' }[kind]),
    );
    this.note = h('p', { class: 'quiet' });
    this.body.replaceChildren(
      h('header', { class: 'title' }, h('div', {}, h('div', { class: 'line1' }, this.status, this.fault, this.overlong), this.type, h('p', { class: 'ident' }, this.of, copier('Copy id', () => this.job.job_id))), this.cancel),
      this.past,
      this.reason,
      this.expected,
      h('section', { class: 'card', 'aria-labelledby': 'timeline' }, h('h2', { id: 'timeline' }, 'Timeline'), this.gantt.element),
      h('div', { class: 'card' }, this.facts),
      h('section', { class: 'card', 'aria-labelledby': 'history' }, h('header', {}, h('h2', { id: 'history' }, 'History'), h('div', { class: 'segmented', role: 'group', 'aria-label': 'What to show' }, ...this.kinds)), this.note, this.events),
    );
    this.built = true;
    this.terms = new Map();
    for (const name of FACTS) this.fact(name, '–');
  }

  paint() {
    if (!this.built) this.build();
    const job = this.job;
    const root = (job.jobs ?? []).find((node) => node.job_id === job.job_id);
    this.status.update(job.status ?? 'REQUESTED');
    const fault = job.fault ?? (job.watches ?? []).map((watch) => watch.fault).find(Boolean);
    say(this.fault, fault ?? '');
    this.fault.hidden = !fault;
    say(this.type, job.job_type ?? 'Type not known yet');
    say(this.of, job.job_id);
    this.past.hidden = !job.forgotten;
    this.cancel.hidden = job.outcome !== null;
    this.forecast = job.outcome === null ? forecast(job.forecast) : null;
    this.why(job);
    const begin = time(job.begin_time);
    const end = time(job.end_time);
    const found = (root?.stages ?? []).filter((stage) => ['SUCCESS', 'FAIL'].includes(stage.status)).at(-1);
    this.fact('Project', text(job.project_id));
    this.fact('Region', text(job.region));
    this.fact('Requested', moment(time(job.requested_at ?? this.history?.request?.accepted_at), true));
    this.fact('Began', moment(begin, true));
    this.fact('Ended', moment(end, true));
    this.fact('Found after', found && end !== null ? duration(time(found.at) - end) : '–');
    this.fact('Sub-jobs', job.sub_jobs?.total ? `${job.sub_jobs.ended} of ${job.sub_jobs.total} ended${job.sub_jobs.failed ? `, ${job.sub_jobs.failed} failed` : ''}` : 'none');
    this.fact('Requested by', requester(this.history?.request));
    this.fact('Outcome', text(job.outcome?.toLowerCase()));
    this.fact('Images', job.image_ids?.length ? job.image_ids.join('\n') : '–');
    this.fact('Labels', Object.entries(job.labels ?? {}).map(([key, value]) => `${key}=${value}`).join('\n') || '–');
    if (job.truncated) this.fact('Truncated', 'This tree is too large for one answer, so only a part is shown.');
    this.tick();
    this.gantt.show(job, Date.now());
  }

  why(job) {
    const failed = (job.jobs ?? []).filter((node) => node.error_code || node.fail_reason);
    const lines = failed.map((node) => [node.job_id === job.job_id ? null : node.job_id, node.error_code, node.fail_reason]);
    if ((job.error_code || job.fail_reason) && !lines.some(([id]) => id === null)) lines.unshift([null, job.error_code, job.fail_reason]);
    (job.watches ?? []).filter((watch) => watch.note).forEach((watch) => lines.push([watch.job_id === job.job_id ? null : watch.job_id, null, watch.note]));
    if (job.outcome === 'LOST') lines.push([null, 'Lost', LOST[this.history?.lost_reason] ?? 'The bridge has stopped watching this job.']);
    this.reason.hidden = lines.length === 0;
    const key = JSON.stringify(lines);
    if (this.reasoned === key && this.reason.childElementCount) return;
    this.reasoned = key;
    this.reason.replaceChildren(...lines.slice(0, 50).map(([id, code, why]) => h('p', {}, code && h('strong', {}, code), ' ', h('span', {}, why ?? ''), id && h('small', { class: 'mono' }, ` ${id}`))));
  }

  fact(name, value) {
    let term = this.terms.get(name);
    if (!term) {
      term = h('dd');
      this.terms.set(name, term);
      this.facts.append(h('div', { class: name === 'Images' ? 'whole' : null }, h('dt', {}, name), term));
    }
    say(term, value);
  }

  /** Updates all values that depend on the current time. */
  tick() {
    if (this.element.hidden || !this.built || !this.job) return;
    const now = Date.now();
    const job = this.job;
    const from = time(job.begin_time) ?? time(job.requested_at);
    const until = time(job.end_time) ?? time(job.ended_at) ?? now;
    this.fact('Duration', from === null ? '–' : duration(until - from));
    const isOpen = job.outcome === null;
    const deadline = time(job.deadline_at);
    this.fact('Deadline', deadline === null ? '–' : isOpen ? `${moment(deadline)}, in ${duration(deadline - now)}` : moment(deadline));
    this.expectation(now);
    this.fact('Next poll', isOpen ? this.nextPoll(now) : 'none, the job has ended');
    if (isOpen && now - (this.drawn ?? 0) > 1000) {
      this.drawn = now;
      this.gantt.show(job, now);
    }
  }

  /** Shows when the job is expected to end. The bar ends at the 95th percentile, if it is known. */
  expectation(now) {
    const known = this.forecast;
    this.overlong.hidden = !known?.overlong;
    this.expected.hidden = !known || (known.at === null && !known.overlong);
    if (this.expected.hidden) return;
    say(this.ready, known.at === null ? 'No forecast' : ready(known, now));
    say(this.basis, [known.overlong ? OVERLONG : '', known.at === null ? '' : basis(known)].join(' ').trim());
    this.bar.hidden = known.at === null;
    if (known.at === null) return;
    const end = known.by ?? known.at;
    const passed = share(known, end, now);
    this.bar.firstChild.style.transform = `scaleX(${passed})`;
    mark(this.bar, 'aria-valuenow', Math.round(100 * passed));
    mark(this.bar, 'aria-valuetext', this.ready.textContent);
    this.bar.lastChild.hidden = known.by === null;
    this.bar.lastChild.style.left = `${100 * share(known, end, known.at)}%`;
  }

  nextPoll(now) {
    const watches = this.job.watches ?? [];
    if (!watches.length) return 'no watch is open';
    const next = watches.map((watch) => time(watch.next_poll_at)).filter((at) => at !== null);
    const tries = watches.reduce((sum, watch) => sum + (watch.attempts ?? 0), 0);
    const asked = tries ? `, asked ${tries} times` : '';
    if (!next.length) return `${watches.length === 1 ? '1 watch' : `${watches.length} watches`} open${asked}`;
    const left = Math.min(...next) - now;
    return (left <= 0 ? 'now' : `in ${duration(left)}`) + asked;
  }

  // ---- history

  lines() {
    for (const button of this.kinds) mark(button, 'aria-pressed', String(button.dataset.kind === this.kind));
    const all = (this.history?.events ?? []).filter((each) => this.kind === 'all' || (each.kind === 'audit') === (this.kind === 'audit'));
    say(this.note, this.history?.failure ? `The history cannot be read: ${this.history.failure}` : all.length > MOST_LINES ? `The last ${MOST_LINES} of ${all.length}.` : all.length ? '' : 'Nothing yet.');
    this.note.hidden = !this.note.textContent;
    // Existing lines are reused and keep their expanded details.
    const there = new Map([...this.events.children].map((line) => [line.dataset.key, line]));
    this.events.replaceChildren(
      ...all.slice(-MOST_LINES).map((each) => {
        const key = `${each.kind}/${each.event?.id ?? `${each.at}/${each.sequence}`}`;
        return there.get(key) ?? this.entry(each, key);
      }),
    );
  }

  entry(each, key) {
    const data = each.event?.data ?? {};
    const sub = each.job_id !== this.job.job_id;
    const what = h('div', { class: 'what' });
    if (each.kind === 'transition') {
      if (each.previous_status) what.append(h('span', { class: 'before' }, `${STATUS_WORDS[each.previous_status] ?? each.previous_status} → `));
      what.append(badge(each.status));
    } else if (each.kind === 'completion') {
      what.append(h('strong', {}, `Completed: ${text(data.outcome).toLowerCase()}`), data.lost_reason ? ` (${data.lost_reason})` : '');
    } else {
      what.append(h('strong', {}, text(data.what)), ' ', h('span', { class: 'quiet' }, data.why ?? ''));
    }
    const reason = [data.error_code, data.fail_reason].filter(Boolean).join(' · ');
    const shown = h('div', { class: 'shown' });
    const buttons = h('div', { class: 'proof' });
    const evidence = data.evidence;
    if (evidence && each.kind !== 'audit') buttons.append(this.opener('Evidence', shown, () => api.evidence(this.job.job_id, evidence.partition, evidence.offset), `${evidence.topic} ${evidence.partition}/${evidence.offset}: the body as IMS sent it`));
    if (each.event) buttons.append(this.opener('Event', shown, async () => JSON.stringify(each.event, null, 2), `${each.position ? `${each.position.topic} ${each.position.partition}/${each.position.offset}` : 'The event'}`));
    return h(
      'li',
      { 'data-key': key, 'data-kind': each.kind },
      h('time', { datetime: each.at ?? '', title: moment(time(each.at), true) }, each.at ? clock(time(each.at), true) : '–'),
      h('span', { class: 'kind' }, { transition: 'Published', completion: 'Completed', audit: 'Audit' }[each.kind] ?? each.kind),
      h('div', { class: 'told' }, what, sub && h('span', { class: 'mono quiet cut' }, each.job_id), reason && each.kind === 'transition' && h('p', { class: 'because' }, reason)),
      buttons,
      shown,
    );
  }

  /** A button that shows a text below it, or hides it. */
  opener(name, place, read, about) {
    const button = h('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false' }, name);
    button.addEventListener('click', async () => {
      const isOpen = button.getAttribute('aria-expanded') === 'true';
      for (const other of button.parentElement.children) other.setAttribute('aria-expanded', 'false');
      place.replaceChildren();
      if (isOpen) return;
      button.setAttribute('aria-expanded', 'true');
      let body;
      try {
        body = await read();
      } catch (e) {
        body = `Cannot be read: ${e.message}`;
      }
      if (button.getAttribute('aria-expanded') === 'true') place.replaceChildren(h('p', { class: 'quiet' }, about), h('pre', { tabindex: '0', 'aria-label': about }, body));
    });
    return button;
  }

  // ---- cancellation

  askCancel() {
    const failure = problem();
    const confirm = async () => {
      try {
        await api.cancel(this.job.job_id);
        close();
        announce('Request cancelled');
        this.again(300);
      } catch (e) {
        failure.update(e, 'Not cancelled');
      }
    };
    const close = modal(
      { 'aria-labelledby': 'stop-title', oncancel: () => close() },
      h('h2', { id: 'stop-title' }, 'Stop watching this job?'),
      h('p', {}, 'The job continues in the cloud. The bridge publishes it as lost, with the reason “cancelled”.'),
      h('p', { class: 'mono' }, this.job.job_id),
      failure,
      h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => close() }, 'Keep watching'), h('button', { type: 'button', class: 'danger', onclick: confirm }, 'Stop watching')),
    );
  }
}

/** The record of the request that the bridge has accepted, and its correlation headers. */
function requester(request) {
  if (!request) return '–';
  const headers = ['correlation_id', 'traceparent', 'tracestate'].filter((name) => request[name]).map((name) => `${name.replace('_', '-')} ${request[name]}`);
  return [`${request.topic} ${request.partition}/${request.offset}`, `accepted ${moment(time(request.accepted_at), true)}`, ...headers].join('\n');
}
