// The dead-letter view: the records that the bridge could not use, and one of them with its content.

import { api } from './api.js';
import { announce, copier, h, mark, say } from './dom.js';
import { bytes, clock, count, moment, text, time } from './format.js';

const MOST = 200;
const MOST_TEXT = 16_384;
const MOST_BYTES = 4096;
const POSITION = /^\d{1,9}\/\d{1,18}$/;
const narrow = matchMedia('(max-width: 719px)');
const KINDS = { RequestRefused: 'Request refused', ObservationRefused: 'Observation refused', AnswerRefused: 'Answer refused' };
const COLUMNS = ['Written', 'Refused record', 'Why', 'State', 'Letter'];

export class Letters {
  constructor() {
    this.heading = h('h1');
    this.about = h('p', { class: 'quiet' }, 'Records that the bridge could not use, the newest first. When the cause is corrected, a request can be sent again.');
    this.topic = h('select', { 'aria-label': 'Topic of the records', onchange: () => (location.hash = this.topic.value ? `#/letters?topic=${this.topic.value}` : '#/letters') }, h('option', { value: '' }, 'All topics'), h('option', { value: 'requests' }, 'Requests'), h('option', { value: 'observations' }, 'Observations'));
    this.again = h('button', { type: 'button', onclick: () => this.read() }, 'Read again');
    this.problem = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.rows = h('tbody');
    this.table = h('table', { class: 'listing letters', hidden: true }, h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))), this.rows);
    this.note = h('p', { class: 'quiet' });
    this.list = h('div', { class: 'body' }, h('div', { class: 'filters' }, this.topic, this.again), this.problem, h('div', { class: 'card sheet' }, this.table, this.note));
    this.back = h('a', { class: 'back', href: '#/letters', hidden: true }, '← Dead letters');
    this.letter = h('div', { class: 'body', hidden: true });
    this.element = h('section', { class: 'job records', hidden: true }, this.back, h('header', { class: 'title' }, h('div', {}, this.heading, this.about)), this.list, this.letter);
  }

  get title() {
    return this.position ? `Dead letter ${this.position}` : 'Dead letters';
  }

  /** @param position PARTITION/OFFSET of one letter; null for the list */
  show(position, query) {
    this.element.hidden = false;
    this.position = position;
    say(this.heading, this.title);
    this.about.hidden = position !== null;
    this.back.hidden = position === null;
    this.list.hidden = position !== null;
    this.letter.hidden = position === null;
    if (position === null) {
      this.topic.value = query.get('topic') ?? '';
      return this.read();
    }
    this.letter.replaceChildren(h('p', { class: 'notice' }, 'Reading the letter …'));
    return this.open(position);
  }

  hide() {
    this.element.hidden = true;
    this.abort?.abort();
  }

  /** Starts a request, which ends the one before it. */
  begin() {
    this.abort?.abort();
    this.abort = new AbortController();
    return this.abort.signal;
  }

  // ---- the list

  async read() {
    const signal = this.begin();
    this.problem.hidden = true;
    if (this.table.hidden) say(this.note, 'Reading the topic …');
    mark(this.list, 'aria-busy', 'true');
    try {
      const { letters, left_out: leftOut } = await api.letters({ topic: this.topic.value, limit: MOST }, signal);
      this.rows.replaceChildren(...letters.reverse().map((each) => this.row(each)));
      this.table.hidden = letters.length === 0;
      const older = leftOut ? ` ${count(leftOut)} older ones: imsbridge dead-letters list.` : '';
      say(this.note, letters.length ? `${count(letters.length)} ${letters.length === 1 ? 'letter' : 'letters'}, read at ${clock(Date.now())}.${older}` : 'No dead letters. Every record could be used.');
      announce(this.note.textContent);
    } catch (e) {
      if (signal.aborted) return;
      say(this.problem, `The dead letters cannot be read: ${e.message}`);
      this.problem.hidden = false;
      if (this.table.hidden) say(this.note, '');
    } finally {
      if (!signal.aborted) mark(this.list, 'aria-busy', null);
    }
  }

  row(letter) {
    const at = time(letter.written_at);
    return h(
      'tr',
      {},
      h('td', { class: 'number', title: moment(at, true) }, moment(at)),
      h('td', {}, kind(letter), h('span', { class: 'mono quiet' }, place(letter.source))),
      h('td', { class: 'why' }, text(letter.reason)),
      h('td', {}, state(letter)),
      h('th', { scope: 'row' }, h('a', { class: 'mono', href: `#/letters/${letter.letter}` }, letter.letter)),
    );
  }

  // ---- one letter

  async open(position) {
    const signal = this.begin();
    if (!POSITION.test(position)) return this.fail('This is not a dead letter.', 'A letter is PARTITION/OFFSET, such as 0/12. Is the address complete?');
    try {
      this.paint(await api.letter(position, signal));
    } catch (e) {
      if (!signal.aborted) this.fail(e.status === 404 ? 'There is no such dead letter, or it is no longer kept.' : 'The letter cannot be read now.', e.status === 404 ? '' : e.message);
    }
  }

  fail(message, detail) {
    this.letter.replaceChildren(h('p', { class: 'notice', role: 'alert' }, message), h('p', { class: 'quiet' }, detail));
  }

  paint(letter) {
    const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
    const headers = Object.entries(letter.headers ?? {});
    this.letter.replaceChildren(
      h('div', { class: 'reason' }, h('p', {}, h('strong', {}, KINDS[letter.kind] ?? text(letter.kind)), ' ', text(letter.reason))),
      h(
        'div',
        { class: 'card' },
        h('dl', { class: 'facts' }, fact('Written', moment(time(letter.written_at), true)), fact('Refused record', place(letter.source)), fact('Size', bytes(letter.value_bytes)), fact('State', state(letter))),
      ),
      this.redrive(letter),
      section('Value', value(letter, 'value')),
      section('Key', value(letter, 'key')),
      section('Headers', headers.length ? h('dl', { class: 'headers' }, ...headers.map(([name, each]) => header(name, each))) : h('p', { class: 'quiet' }, 'The letter has no headers.')),
    );
  }

  redrive(letter) {
    const command = `imsbridge dead-letters redrive ${letter.letter}`;
    if (letter.redriven_at) return section('Sent again', h('p', {}, `At ${moment(time(letter.redriven_at), true)}, as ${place(letter.redriven_to)}.`));
    if (letter.obstacle) return section('Send again', h('p', {}, `This letter cannot be sent again: ${letter.obstacle}.`));
    return section('Send again', h('p', {}, 'When the cause is corrected, this command sends the request once more, with its original bytes.'), h('p', { class: 'command' }, h('code', {}, command), copier('Copy', () => command)));
  }
}

const section = (title, ...children) => h('section', { class: 'card' }, h('h2', {}, title), ...children);

const kind = (letter) => h('span', { class: 'of' }, KINDS[letter.kind] ?? text(letter.kind));

const place = (position) => (position ? `${position.topic} ${position.partition}/${position.offset}` : 'not named');

function state(letter) {
  if (letter.redriven_at) return h('span', { class: 'state', 'data-good': true }, 'Sent again');
  return letter.obstacle ? h('span', { class: 'quiet', title: letter.obstacle }, 'Cannot be sent again') : 'Can be sent again';
}

/** A header's name ends with `_base64` if its value is not text. */
function header(name, each) {
  const binary = /^(.*)_base64$/s.exec(name);
  const shown = each === null ? h('span', { class: 'quiet' }, 'none') : binary ? hex(each, 256) : cut(each, 2048);
  return h('div', {}, h('dt', { class: 'mono' }, binary ? binary[1] : name), h('dd', { class: binary ? 'hex' : null }, shown));
}

/** Shows the key or the value as text or as bytes, or says that the record has none. */
function value(letter, name) {
  const binary = letter[`${name}_base64`];
  if (binary !== undefined) return h('pre', { class: 'hex', tabindex: '0', 'aria-label': `${name}, as bytes` }, hex(binary, MOST_BYTES));
  if (letter[name] === null || letter[name] === undefined) return h('p', { class: 'quiet' }, `The record has no ${name}.`);
  if (letter[name] === '') return h('p', { class: 'quiet' }, `The ${name} is empty.`);
  return h('pre', { tabindex: '0', 'aria-label': name }, cut(letter[name], MOST_TEXT));
}

function cut(all, most) {
  return all.length > most ? `${all.slice(0, most)}\n… ${count(all.length - most)} more characters: imsbridge dead-letters show` : all;
}

/** Bytes as hexadecimal numbers and, where they are printable ASCII, as characters. */
function hex(base64, most) {
  const all = atob(base64);
  const width = narrow.matches ? 8 : 16;
  const lines = [];
  for (let at = 0; at < Math.min(all.length, most); at += width) {
    const part = [...all.slice(at, Math.min(at + width, most))];
    const numbers = part.map((each) => each.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
    const characters = part.map((each) => (each >= ' ' && each <= '~' ? each : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${numbers.padEnd(width * 3 - 1)}  ${characters}`);
  }
  if (all.length > most) lines.push(`… ${count(all.length - most)} more bytes`);
  return lines.join('\n');
}
