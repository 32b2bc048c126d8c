// The form to watch a job.

import { api } from './api.js';
import { h, modal, problem } from './dom.js';

const UNITS = { s: 'S', m: 'M', h: 'H' };

/** Converts "6h" and "30 m" to ISO 8601. Any other text is left for the bridge to validate. */
function isoDuration(text) {
  const match = /^(\d+)\s*([smhd])$/i.exec(text.trim());
  if (!match) return text.trim();
  const unit = match[2].toLowerCase();
  return unit === 'd' ? `P${match[1]}D` : `PT${match[1]}${UNITS[unit]}`;
}

/** Parses labels, one key=value per line. */
function labels(text) {
  const found = {};
  for (const line of text.split('\n').map((each) => each.trim()).filter(Boolean)) {
    const equals = line.indexOf('=');
    if (equals < 1) throw new Error(`A label is written key=value, not "${line}".`);
    found[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  return found;
}

/**
 * @param id the initial value of the id field
 * @return a promise of the job id once the bridge has accepted it, or of null if cancelled
 */
export function askForRequest(id = '') {
  return new Promise((resolve) => {
    const field = (id, label, hint, properties = {}, tag = 'input') => {
      const input = h(tag, { id, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': hint ? `${id}-hint` : null, ...properties });
      return { input, row: h('div', { class: 'field' }, h('label', { for: id }, label), input, hint && h('small', { id: `${id}-hint` }, hint)) };
    };
    const job = field('new-job', 'Job id', 'From the answer of the IMS call that created the job.', { value: id, required: true, maxlength: 64, pattern: '[A-Za-z0-9_\\-]+', class: 'mono' });
    const project = field('new-project', 'Project id', 'Optional. Default: the first project of the bridge.', { maxlength: 256 });
    const region = field('new-region', 'Region', null, { maxlength: 256 });
    const deadline = field('new-deadline', 'Deadline', 'Longest time to watch: 6h, 2d, PT90M.', { maxlength: 32, placeholder: '' });
    const marks = field('new-labels', 'Labels', 'One per line, key=value. Every event has them.', { rows: 3 }, 'textarea');
    const failure = problem();
    const send = h('button', { class: 'primary' }, 'Watch it');
    const form = h(
      'form',
      { onsubmit: (event) => (event.preventDefault(), attempt()) },
      h('h2', { id: 'new-title' }, 'Watch a job'),
      job.row,
      h('div', { class: 'pair' }, project.row, region.row),
      deadline.row,
      marks.row,
      failure,
      h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => done(null) }, 'Close'), send),
    );
    const close = modal({ class: 'sheet', 'aria-labelledby': 'new-title', oncancel: () => done(null) }, form);

    function done(accepted) {
      close();
      resolve(accepted);
    }

    async function attempt() {
      send.disabled = true;
      failure.hidden = true;
      try {
        const request = { job_id: job.input.value.trim() };
        if (project.input.value.trim()) request.project_id = project.input.value.trim();
        if (region.input.value.trim()) request.region = region.input.value.trim();
        if (deadline.input.value.trim()) request.deadline = isoDuration(deadline.input.value);
        const given = labels(marks.input.value);
        if (Object.keys(given).length) request.labels = given;
        const accepted = await api.submit(request);
        done(accepted.job_id ?? request.job_id);
      } catch (e) {
        failure.update(e, 'Not sent');
        send.disabled = false;
      }
    }
  });
}
