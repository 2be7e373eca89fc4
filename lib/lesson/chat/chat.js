'use strict';
const byId = id => document.getElementById(id);
const people = new Map(); // a name, and its line in the list
const typing = new Map(); // a name, and the timer that forgets it
let socket;
let lastHint = 0;

byId('join').addEventListener('submit', event => {
  event.preventDefault();
  const name = byId('name').value.trim();
  const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://';
  const url = scheme + location.host + '/chat/' + encodeURIComponent(byId('room').value)
    + '?name=' + encodeURIComponent(name);
  socket = new WebSocket(url);
  byId('status').textContent = 'Connecting ...';
  socket.onopen = () => {
    for (const list of [people, typing]) list.clear();
    for (const id of ['people', 'messages', 'typing']) byId(id).replaceChildren();
    show(true);
    byId('status').textContent = name + ' in ' + byId('room').value;
    byId('text').focus();
  };
  socket.onmessage = ({data}) => heard(data, name);
  socket.onclose = ({code, reason}) => {
    show(false);
    // 1012, 'service restart': the server would like us to come back.
    if (code === 1012) setTimeout(() => byId('join').requestSubmit(), 500);
    byId('status').textContent = 'Disconnected' + (reason ? ': ' + reason : '') + '.';
    byId('name').focus();
  };
});

byId('say').addEventListener('submit', event => {
  event.preventDefault();
  socket.send('say\t' + byId('text').value);
  byId('text').value = '';
  lastHint = 0;
});

byId('text').addEventListener('input', () => {
  if (Date.now() - lastHint < 2000 || socket.readyState !== WebSocket.OPEN) return;
  lastHint = Date.now();
  socket.send('typing');
});

// A browser may keep a page that its reader has left, and the connection with it.
addEventListener('pagehide', () => socket?.close());

function show(joined) {
  byId('join').hidden = joined;
  byId('chat').hidden = !joined;
}

/** Shows an event. All text goes through textContent, so none of it is ever read as HTML. */
function heard(event, own) {
  const [kind, who, ...rest] = event.split('\t');
  if (kind === 'said') {
    stopped(who);
    line(who + ': ' + rest.join('\t'), who === own ? 'own' : '');
  } else if (kind === 'people') {
    for (const name of [who, ...rest]) if (name) here(name);
  } else if (kind === 'joined') {
    here(who);
    line(who + ' has joined', 'news');
  } else if (kind === 'left') {
    stopped(who);
    if (people.has(who)) people.get(who).remove();
    people.delete(who);
    line(who + ' has left', 'news');
  } else if (kind === 'missed') {
    line('You were too slow, and missed ' + who + (who === '1' ? ' line' : ' lines'), 'news');
  } else if (kind === 'nodes') {
    line('This node is with ' + who, 'news');
  } else if (kind === 'cut') {
    line('This node is cut off from the others, with ' + who, 'news');
  } else if (kind === 'refused') {
    line('Nobody heard your last line', 'news');
  } else if (kind === 'typing' && who !== own) {
    clearTimeout(typing.get(who));
    typing.set(who, setTimeout(stopped, 4000, who));
    showTyping();
  }
}

function line(text, kind) {
  const list = byId('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const item = document.createElement('li');
  item.textContent = text;
  item.className = kind;
  list.append(item);
  if (list.childElementCount > 500) list.firstElementChild.remove();
  if (atEnd || kind === 'own') list.scrollTop = list.scrollHeight;
}

function here(name) {
  if (people.has(name)) return;
  const item = document.createElement('li');
  item.textContent = name;
  people.set(name, item);
  byId('people').append(item);
}

function stopped(name) {
  clearTimeout(typing.get(name));
  if (typing.delete(name)) showTyping();
}

function showTyping() {
  const names = [...typing.keys()];
  byId('typing').textContent =
    names.length ? names.join(', ') + (names.length > 1 ? ' are' : ' is') + ' typing ...' : '';
}
