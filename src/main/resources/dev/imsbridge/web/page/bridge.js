// The bridge view: publishing rate, delay, partitions, rate limits and instances.

import { api } from './api.js';
import { drawLags, drawRate } from './chart.js';
import { h, mark, say } from './dom.js';
import { ago, clock, count, duration, moment, rate, text, time } from './format.js';
import { Samples } from './samples.js';

const SPANS = [5, 15, 60]; // minutes
const FEW = 6;
const STATES = { RUNNING: 'running', RESTORING: 'restoring', STANDBY: 'standby', UNKNOWN: 'no answer' };
const URGENCY = ['UNKNOWN', 'RESTORING', 'RUNNING', 'STANDBY'];

export class Bridge {
  title = 'Bridge';

  /** @param onShow called when the view becomes visible and needs data */
  constructor({ onShow }) {
    this.onShow = onShow;
    this.samples = new Samples();
    this.span = null;
    this.numbers = {};
    const number = (name, label) => {
      this.numbers[name] = h('strong', { class: 'number' }, '–');
      return h('div', {}, this.numbers[name], h('span', {}, label));
    };
    this.rate = h('div', { class: 'chart' });
    this.lags = h('div', { class: 'chart' });
    this.rateText = h('p', { class: 'caption' });
    this.lagText = h('p', { class: 'caption' });
    this.problem = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.spans = SPANS.map((minutes) => h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.choose(minutes) }, minutes === 60 ? '1 h' : `${minutes} min`));
    this.partitions = this.table('Partitions', ['Partition', 'Instance', 'State', 'Offset', 'End', 'Behind']);
    this.summary = h('p', { class: 'quiet' });
    this.all = h('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false', hidden: true, onclick: () => this.expand() });
    this.partitions.element.querySelector('h2').after(this.summary);
    this.partitions.element.append(this.all);
    this.budgets = this.table('API budget', ['Project', 'Region', 'Calls/s', 'In flight', 'Waiting', 'Overdue', 'State', 'Instance']);
    this.types = this.table('Watches', ['Type', 'Open', 'Oldest', 'Next poll', 'Faulty']);
    this.instances = this.table('Instances', ['Instance', 'Version', 'Up', 'State', 'Parts', 'Partitions', 'Watches', 'Parked', 'In flight']);
    const chart = (id, title, drawing, caption) => h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), drawing, caption);
    this.element = h(
      'section',
      { class: 'bridge', hidden: true, 'aria-labelledby': 'bridge-title' },
      h('h1', { id: 'bridge-title', class: 'unseen' }, 'Bridge'),
      this.problem,
      h('div', { class: 'numbers card' }, number('watches', 'open watches'), number('rate', 'transitions/s'), number('p50', 'lag, median'), number('p95', 'lag, 95%'), number('behind', 'records behind'), number('calls', 'calls in flight'), number('letters', 'dead letters'), number('instances', 'instances')),
      h('div', { class: 'segmented', role: 'group', 'aria-label': 'Time shown' }, ...this.spans),
      h('div', { class: 'two' }, chart('rate-title', 'Transitions per second', this.rate, this.rateText), chart('lag-title', 'Lag until an end is found', this.lags, this.lagText)),
      this.instances.element,
      this.partitions.element,
      this.budgets.element,
      this.types.element,
    );
    new ResizeObserver(() => this.draw()).observe(this.rate);
    setInterval(() => this.draw(), 1000);
  }

  /** A table whose rows are stacked on a narrow screen. The roles keep it a table for screen readers. */
  table(title, columns) {
    const id = title.toLowerCase().replace(/\W/g, '-');
    const body = h('tbody', { role: 'rowgroup' });
    const none = h('p', { class: 'quiet' }, 'None.');
    const head = h('tr', { role: 'row' }, ...columns.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name)));
    const table = h('table', { class: 'stacked', role: 'table', 'aria-labelledby': id }, h('thead', { role: 'rowgroup' }, head), body);
    const cell = (content, i) => (i === 0 ? h('th', { scope: 'row', role: 'rowheader' }, content) : h('td', { role: 'cell', 'data-label': columns[i] }, h('span', {}, content)));
    return {
      element: h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), h('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-labelledby': id }, table), none),
      fill(rows) {
        none.hidden = rows.length > 0;
        table.hidden = rows.length === 0;
        body.replaceChildren(...rows.map((cells) => h('tr', { role: 'row' }, ...cells.map(cell))));
      },
    };
  }

  show() {
    this.element.hidden = false;
    this.draw();
    this.onShow();
  }

  hide() {
    this.element.hidden = true;
  }

  choose(minutes) {
    this.span = minutes;
    this.draw();
  }

  /** The span until the user chooses one: as long as the bridge has counted, if that is shorter. */
  minutes() {
    const counted = this.samples.since === null ? 0 : (this.samples.now() - this.samples.since) / 60_000;
    return this.span ?? SPANS.find((minutes) => counted < minutes * 1.2) ?? SPANS.at(-1);
  }

  // ---- data

  /** Reads the data of this view alone. Must be called after each {@link status}. */
  async read() {
    const read = async (what, into) => {
      try {
        await into();
        return null;
      } catch (e) {
        return `${what} cannot be read: ${e.message}`;
      }
    };
    const problems = await Promise.all([
      read('The last hour', async () => {
        await this.samples.read();
        this.draw();
      }),
      read('The partitions', async () => this.paintPartitions(await api.partitions())),
    ]);
    return problems.find(Boolean) ?? null;
  }

  /** Shows the state, and what is missing. */
  async status(state) {
    this.readAt = Date.now();
    this.paint(state);
    const missing = state.partial ? 'An instance does not answer. Its state is missing here.' : null;
    const problem = await this.read();
    this.complain(missing ?? problem ?? '');
  }

  failed(problem) {
    this.complain(`The state of the bridge cannot be read: ${problem.message}${this.readAt ? ` Below is how it was at ${clock(this.readAt)}.` : ''}`);
  }

  complain(problem) {
    say(this.problem, problem);
    this.problem.hidden = !problem;
  }

  paint({ instances = [], partial }) {
    const now = Date.now();
    const pollers = instances.map((each) => each.poller).filter(Boolean);
    const sum = (name) => pollers.reduce((all, poller) => all + (poller[name] ?? 0), 0);
    say(this.numbers.watches, count(sum('open_watches')));
    say(this.numbers.calls, count(sum('in_flight')));
    say(this.numbers.letters, count(instances.flatMap((each) => Object.values(each.dead_letters ?? {})).reduce((all, n) => all + n, 0)));
    say(this.numbers.instances, partial ? `${instances.length}+` : String(instances.length));
    this.budgets.fill(
      instances.flatMap((instance) =>
        (instance.poller?.projects ?? []).map((project) => [
          text(project.name ?? project.project_id),
          text(project.region),
          rate(project.calls_per_second),
          count(project.in_flight),
          count(project.waiting),
          project.overdue_ms > 0 ? duration(project.overdue_ms) : '–',
          this.flags(project),
          text(instance.instance),
        ]),
      ),
    );
    const types = instances.flatMap((instance) => instance.poller?.types ?? []);
    this.types.fill(
      [...new Set(types.map((type) => type.job_type))].map((name) => {
        const same = types.filter((type) => type.job_type === name);
        const least = (field) => same.map((type) => time(type[field])).filter((at) => at !== null).sort((a, b) => a - b)[0] ?? null;
        const next = least('next_poll_at');
        const oldest = least('oldest_opened_at');
        const faulty = same.reduce((all, type) => all + (type.faulty ?? 0), 0);
        return [name ?? 'not known yet', count(same.reduce((all, type) => all + type.watches, 0)), oldest === null ? '–' : ago(now - oldest), next === null ? '–' : next <= now ? 'now' : `in ${duration(next - now)}`, faulty ? h('span', { class: 'fault' }, count(faulty)) : '–'];
      }),
    );
    this.instances.fill(
      instances.map((each) => [
        text(each.instance),
        text(each.version),
        each.started_at ? duration(now - time(each.started_at)) : '–',
        h('span', { class: 'state', 'data-good': each.ready === true }, each.ready ? 'ready' : 'not ready'),
        Object.entries(each.parts ?? {})
          .map(([part, good]) => `${part} ${good ? '✓' : '✕'}`)
          .join('  ') || '–',
        text((each.partitions ?? []).join(', ')),
        count(each.poller?.open_watches),
        count(each.poller?.parked),
        count(each.poller?.in_flight),
      ]),
    );
  }

  flags(project) {
    const { paused } = project;
    const author = [paused?.by, paused?.via && `(${paused.via})`].filter(Boolean).join(' ');
    const flags = [
      [paused, `paused since ${moment(time(paused?.since))} by ${author}${paused?.reason ? `: ${paused.reason}` : ''}`],
      [project.throttled, 'throttled'],
      [project.credentials_refused, 'credentials refused'],
      [project.endpoint_down, 'endpoint down'],
      [project.outage, `no answer since ${moment(time(project.outage?.since))}: ${project.outage?.detail}`],
    ].filter(([on]) => on);
    return flags.length ? h('span', {}, ...flags.map(([, word]) => h('span', { class: 'fault' }, word))) : h('span', { class: 'state', 'data-good': true }, 'ok');
  }

  // ---- partitions

  expand() {
    const open = this.all.getAttribute('aria-expanded') !== 'true';
    mark(this.all, 'aria-expanded', String(open));
    this.paintPartitions(this.known);
  }

  paintPartitions(known) {
    this.known = known;
    const rows = known.partitions;
    const active = rows.filter(({ state }) => state !== 'STANDBY');
    const behind = active.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
    const unsure = known.partial || active.some(({ lag }) => lag === null);
    say(this.numbers.behind, `${count(behind)}${unsure ? '+' : ''}`);
    const of = (state) => rows.filter((each) => each.state === state).length;
    const parts = URGENCY.filter(of).map((state) => `${count(of(state))} ${STATES[state]}`);
    say(this.summary, `${parts.join(', ')}. ${behind ? `${count(behind)} records are still to be processed.` : unsure ? '' : 'Everything is processed.'}`);
    // Partitions that need attention come first.
    const order = (each) => URGENCY.indexOf(each.state);
    const trouble = ({ state, lag }) => state === 'UNKNOWN' || state === 'RESTORING' || lag > 0;
    const sorted = [...rows].sort((a, b) => trouble(b) - trouble(a) || order(a) - order(b) || (b.lag ?? 0) - (a.lag ?? 0) || a.topic.localeCompare(b.topic) || a.partition - b.partition);
    const every = this.all.getAttribute('aria-expanded') === 'true';
    this.all.hidden = rows.length <= FEW;
    say(this.all, every ? `Show only ${FEW}` : `Show all ${count(rows.length)}`);
    this.partitions.fill(
      (every ? sorted : sorted.slice(0, FEW)).map((each) => [
        h('span', { title: `${each.topic}-${each.partition}` }, `${each.topic.slice(each.topic.lastIndexOf('.') + 1)}-${each.partition}`),
        text(each.instance),
        this.state(each),
        each.offset === null ? '–' : count(each.offset),
        each.end_offset === null ? '–' : count(each.end_offset),
        this.behind(each),
      ]),
    );
  }

  state({ state, copied, remaining }) {
    const word = h('span', { class: 'doing', 'data-state': state }, STATES[state] ?? state);
    if (state !== 'RESTORING') return word;
    const share = copied + remaining ? copied / (copied + remaining) : 0;
    const fill = h('span', { class: 'fill' });
    fill.style.transform = `scaleX(${share})`;
    return h('span', { class: 'restored' }, word, h('span', { class: 'meter', 'aria-hidden': 'true' }, fill), `${Math.floor(share * 100)}%`);
  }

  behind({ state, lag, remaining }) {
    if (state === 'RESTORING') return `${count(remaining)} to restore`;
    if (state === 'STANDBY') return remaining === null ? '–' : count(remaining);
    return lag === null ? '–' : lag ? h('strong', {}, count(lag)) : '0';
  }

  // ---- charts

  draw() {
    if (this.element.hidden) return;
    const samples = this.samples;
    const minutes = this.minutes();
    const span = minutes * 60_000;
    this.spans.forEach((button, i) => mark(button, 'aria-pressed', String(SPANS[i] === minutes)));
    say(this.numbers.rate, rate(samples.rate()));
    say(this.numbers.p50, duration(samples.lag.p50));
    say(this.numbers.p95, duration(samples.lag.p95));
    drawRate(this.rate, samples, span);
    drawLags(this.lags, samples, span);
    const shown = samples.last(span);
    const total = shown.reduce((sum, { transitions }) => sum + transitions, 0);
    const most = Math.max(0, ...shown.map(({ transitions }) => transitions)) / (samples.interval / 1000);
    const word = minutes === 60 ? 'hour' : `${minutes} minutes`;
    const young = samples.since !== null && samples.now() - samples.since < span;
    say(this.rateText, `The last ${word}: ${count(total)} transitions, at most ${rate(most)} a second. All instances${young ? `, counted since ${clock(samples.since - samples.skew)}` : ''}.`);
    say(this.lagText, samples.lag.ends ? `The dot is the median of 10 s, the line reaches to the 95th percentile. The last ${count(samples.lag.ends)} ends of the hour: half within ${duration(samples.lag.p50)}, 95% within ${duration(samples.lag.p95)} of the end that IMS states.` : 'No job has ended in the last hour.');
  }
}
