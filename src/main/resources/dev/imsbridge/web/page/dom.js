// Creates elements. Text is inserted only as text nodes, so API data is never parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Creates an element. Properties whose names begin with "on" are listeners, others are attributes.
 */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** Creates an SVG element. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets text only if it differs, which avoids unnecessary layout. */
export function say(element, text) {
  if (element.shown !== text) {
    element.shown = text;
    element.textContent = text;
  }
}

/** Sets or removes an attribute only if it differs. */
export function mark(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

const SHAPES = {
  REQUESTED: ['M8 3.2v4.8l3 1.8', 'circle'],
  INIT: ['', 'circle'],
  RUNNING: ['M8 2.5a5.5 5.5 0 0 1 0 11z', 'circle', 'solid'],
  SUCCESS: ['M3.2 8.6l3.1 3.1 6.5-7'],
  FAIL: ['M4 4l8 8M12 4l-8 8'],
  LOST: ['M5.6 6.1a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.8-1.1 1.6M8 12.6v.1'],
};

/** The shape of a status. Colour is never the only sign of a status. */
export function glyph(status) {
  const [path, ring, solid] = SHAPES[status] ?? SHAPES.LOST;
  return svg(
    'svg',
    { class: 'glyph', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    ring && svg('circle', { cx: 8, cy: 8, r: 5.5 }),
    path && svg('path', { d: path, class: solid ?? 'stroke' }),
  );
}

/** A status with its shape; `update(status)` changes it. */
export function badge(status) {
  const word = h('span');
  const element = h('span', { class: 'status' }, word);
  element.update = (next) => {
    if (element.dataset.status === next) return;
    element.dataset.status = next;
    element.replaceChildren(glyph(next), word);
    word.textContent = STATUS_WORDS[next] ?? next;
  };
  element.update(status);
  return element;
}

export const STATUSES = ['REQUESTED', 'INIT', 'RUNNING', 'SUCCESS', 'FAIL', 'LOST'];

export const STATUS_WORDS = {
  REQUESTED: 'Requested',
  INIT: 'Init',
  RUNNING: 'Running',
  SUCCESS: 'Success',
  FAIL: 'Failed',
  LOST: 'Lost',
};

/** A button that copies a text; null if the browser gives no access to the clipboard. */
export function copier(name, text) {
  if (!navigator.clipboard) return null;
  const tell = (result) => {
    announce(result);
    say(button, result);
    setTimeout(() => say(button, name), 1500);
  };
  const button = h('button', { type: 'button', class: 'quiet', onclick: () => navigator.clipboard.writeText(text()).then(() => tell('Copied'), () => tell('Not copied')) });
  say(button, name);
  return button;
}

/** Opens a modal dialog. Returns a function that closes and removes it. */
export function modal(properties, ...children) {
  const dialog = h('dialog', properties, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return () => {
    dialog.close();
    dialog.remove();
  };
}

/** A hidden place for the reason why an action failed; `update(error, title)` shows it. */
export function problem() {
  const element = h('div', { class: 'problem', role: 'alert', hidden: true });
  element.update = (error, title) => {
    element.replaceChildren(h('strong', {}, error.title ?? title), h('p', {}, error.message));
    element.hidden = false;
  };
  return element;
}

const announcer = document.getElementById('announcer');

/** Announces a text to screen readers without interrupting them. */
export function announce(text) {
  announcer.textContent = text;
}
