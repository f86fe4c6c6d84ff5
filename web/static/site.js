// What a page does while it is open. Without this script everything still
// works, with a reload; see the forms in web/templates/site.

const $ = (selector, root = document) => root.querySelector(selector)
const all = (selector, root = document) => root.querySelectorAll(selector)
const talk = $('#discussion')
const story = talk?.dataset.story
const mine = new Set() // comments posted from this page
const taken = new Set() // comments this page has shown and taken away
let me = null

const el = (tag, attributes = {}, ...children) => {
  const e = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value)
  e.append(...children)
  return e
}
const fragment = html => {
  const t = document.createElement('template')
  t.innerHTML = html // from our own templates, which escape
  return t.content.firstElementChild
}
const counted = (n, word) => [el('span', { class: 'num' }, n), ` ${word}${n === 1 ? '' : 's'}`]

async function post (url, fields) {
  const res = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(fields) })
  const data = await res.json().catch(() => ({}))
  if (!res.ok) throw Object.assign(new Error(data.error || 'That did not work. Try again.'), { status: res.status })
  return data
}

const signIn = () => { location.href = '/account/sign-in?next=' + encodeURIComponent(location.pathname + '#discussion') }

// ---- Who is here -----------------------------------------------------------

async function greet () {
  if (!/(^|; )signed_in=/.test(document.cookie)) return
  const res = await fetch('/me' + (story ? '?story=' + story : ''))
  me = res.ok ? await res.json() : null
  if (!me?.id) { me = null; return }
  const out = el('form', { method: 'post', action: '/account/sign-out', class: 'act' }, el('button', {}, 'Sign out'))
  $('#me').replaceChildren(el('li', {}, me.name), ...(me.staff ? [el('li', {}, el('a', { href: '/desk' }, 'Desk'))] : []), el('li', {}, out))
  for (const e of all('[data-guest]')) e.remove()
  for (const id of me.voted ?? []) press(id, true)
  for (const c of all('.thread')) dress(c)
}

// dress shows on a comment what its reader may do with it.
function dress (comment) {
  if (!me) return
  const id = comment.id.slice(2)
  const act = $(':scope > .act', comment)
  if (act && $('[data-vote]', act).dataset.by === me.id) $('[data-vote]', act).disabled = true
  if (!me.moderator || $(':scope > .mod', comment)) return
  const gone = !act
  const link = el('button', { type: 'button', class: 'mod' }, gone ? 'Restore' : 'Remove')
  link.onclick = () => moderate(id, gone ? 'restore' : 'remove', link)
  if (act) { if (!$('.mod', act)) act.append(link) } else $(':scope > .said', comment)?.after(el('div', { class: 'act mod' }, link))
}

function moderate (id, action, button) {
  const reason = el('input', { 'aria-label': 'Reason', placeholder: 'Reason', maxlength: 500 })
  const go = el('button', { type: 'button' }, button.textContent)
  const send = () => post(`/comments/${id}/${action}`, { reason: reason.value }).then(() => row.remove(), fail)
  const fail = err => { reason.setCustomValidity(err.message); reason.reportValidity(); reason.setCustomValidity('') }
  const row = el('div', { class: 'act why' }, reason, go)
  reason.onkeydown = e => { if (e.key === 'Enter') { e.preventDefault(); send() } else if (e.key === 'Escape') row.remove() }
  go.onclick = send
  button.parentElement.after(row)
  reason.focus()
}

// ---- Votes -----------------------------------------------------------------

const buttons = id => all(`[data-vote="${id}"]`)

function press (id, on) { for (const b of buttons(id)) b.setAttribute('aria-pressed', on) }

function figure (id, n) {
  for (const b of buttons(id)) $('.num', b).textContent = n
}

async function vote (button) {
  const id = button.dataset.vote
  const on = button.getAttribute('aria-pressed') !== 'true'
  const was = +$('.num', button).textContent
  press(id, on)
  figure(id, was + (on ? 1 : -1))
  try {
    const now = await post(button.getAttribute('formaction') ?? button.form.action, { on: on ? 1 : 0 })
    figure(id, now.votes)
  } catch (err) {
    press(id, !on)
    figure(id, was)
    if (err.status === 401) signIn()
    else say(err.message)
  }
}

// ---- Comments --------------------------------------------------------------

async function comment (form) {
  const text = $('textarea', form)
  const fields = { ...Object.fromEntries(new FormData(form)), key: form.dataset.key ??= `${Date.now()}-${Math.random()}` }
  const button = $('button', form)
  button.disabled = true
  $('.error', form)?.remove()
  try {
    const { id, held } = await post(form.action, fields)
    mine.add(id)
    text.value = ''
    delete form.dataset.key
    for (const c of waiting.splice(0)) c.id === id ? show(c) : waiting.push(c)
    count()
    if (form.id !== 'say') form.remove()
    if (held) say('Thank you. A moderator will read your comment before it is shown.')
  } catch (err) {
    if (err.status === 401) return form.submit() // the sign-in page keeps the text
    form.prepend(el('p', { class: 'error', role: 'alert' }, err.message))
    text.focus()
  } finally {
    button.disabled = false
  }
}

// reply opens a form below a comment.
function reply (link) {
  const at = link.closest('.thread')
  const open = $('#reply')
  open?.remove()
  if (open?.dataset.to === at.id) return
  const form = $('#say').cloneNode(true)
  $('.error', form)?.remove()
  $('[name=parent]', form)?.remove()
  form.id = 'reply'
  form.dataset.to = at.id
  delete form.dataset.key
  form.prepend(el('input', { type: 'hidden', name: 'parent', value: link.dataset.reply }))
  $('label', form).htmlFor = $('textarea', form).id = 'reply-text'
  $('label', form).textContent = 'Your reply to ' + $('b', at).textContent
  $('button', form).textContent = 'Post reply'
  $('textarea', form).value = ''
  $(':scope > .act', at).after(form)
  $('textarea', form).focus()
}

const waiting = []
const notice = talk && el('div', { role: 'status' })
const more = el('button', { type: 'button', class: 'button plain waiting' })
more.onclick = () => { for (const c of waiting.splice(0)) show(c); count() }

function count () {
  more.replaceChildren(...counted(waiting.length, 'new comment'))
  notice.replaceChildren(...(waiting.length ? [more] : []))
}

function arrived (news) {
  figures(news)
  const there = $('#c-' + news.id)
  if (there && !$(':scope > .gone', there)) return
  if (there || taken.delete(news.id) || mine.has(news.id) || (me && news.author === me.id)) return show(news)
  if (waiting.some(w => w.id === news.id)) return
  waiting.push(news)
  count()
}

function show ({ id, parent, html }) {
  const c = fragment(html)
  const there = $('#c-' + id)
  const above = parent && $('#c-' + parent)
  if (there) {
    const replies = $(':scope > ol', there)
    if (replies) c.append(replies)
    there.replaceWith(c)
  } else if (above) {
    const list = $(':scope > ol', above) ?? above.appendChild(el('ol'))
    list.append(c)
  } else if (parent) {
    return // its thread is on another page
  } else if (talk.dataset.sort === 'newest') {
    $('.threads', talk).prepend(c)
  } else {
    $('.threads', talk).append(c)
  }
  c.classList.add('fresh')
  dress(c)
}

function removed (news) {
  figures(news)
  const at = waiting.findIndex(w => w.id === news.id)
  if (at >= 0) { waiting.splice(at, 1); count() }
  const c = $('#c-' + news.id)
  if (!c) return
  taken.add(news.id)
  if (!$(':scope > ol > li', c) && !me?.moderator) return c.remove()
  for (const part of all(':scope > .act, :scope > .why', c)) part.remove()
  for (const part of all(':scope > .cmeta > b, :scope > .cmeta > .word', c)) part.remove()
  $(':scope > .said', c).replaceWith(el('p', { class: 'said gone' }, 'Removed by a moderator.'))
  dress(c)
}

// ---- What changes by itself ------------------------------------------------

function figures ({ story: id, comments, total, own }) {
  for (const e of all(`[data-comments="${id}"]`)) e.replaceChildren(...counted(comments, 'comment'))
  for (const e of all(`[data-votes="${id}"]`)) e.replaceChildren(...counted(total, 'vote'))
  for (const e of all(`[data-number="${id}"]`)) e.textContent = comments
  figure(id, own)
}

// say shows a line at the top of the page until it is pressed.
function say (text, link) {
  $('.changed')?.remove()
  const line = el('p', { class: 'changed', role: 'status' }, text + ' ')
  if (link) line.append(el('a', { href: location.pathname + location.search }, link))
  else line.onclick = () => line.remove()
  document.body.prepend(line)
}

const heard = {
  ranking ({ html, figures: moved }) {
    const box = $('.side .active')
    if (html && box && !box.contains(document.activeElement)) box.replaceWith(fragment(html))
    moved?.forEach(figures)
  },
  reload: () => say('Much has happened here.', 'Show the page as it is now'),
  story: ({ gone }) => gone ? say('This story has been taken down.') : say('This story has been updated.', 'Show the new version')
}
if (talk) {
  Object.assign(heard, {
    comment: arrived,
    removed,
    votes (news) { figures(news); if (news.id) figure(news.id, news.votes) },
    paused: ({ gone }) => say(gone ? 'This discussion has been closed.' : 'This discussion is open again.')
  })
}

// listen follows the page's events while somebody can see it: a browser has few
// connections for one site. What was missed comes when it is seen again.
function listen () {
  const url = document.body.dataset.live
  if (!url) return
  let source, asleep
  let last = talk?.dataset.after
  const open = () => {
    clearTimeout(asleep)
    if (source && source.readyState !== EventSource.CLOSED) return
    source = new EventSource(last ? `${url}?after=${last}` : url)
    for (const [name, fn] of Object.entries(heard)) {
      source.addEventListener(name, e => { last = e.lastEventId || last; fn(JSON.parse(e.data)) })
    }
  }
  const close = () => source?.close()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) asleep = setTimeout(close, 20000)
    else open()
  })
  addEventListener('pagehide', close)
  addEventListener('pageshow', open)
  open()
}

// ---- Films, only when they are wanted ---------------------------------------

function play (link) {
  const { player, source, captions } = link.dataset
  if (!player && !source) return false
  const film = player
    ? el('iframe', { src: player, allow: 'autoplay; fullscreen; encrypted-media', allowfullscreen: '', title: link.textContent.trim() })
    : el('video', { src: source, controls: '', autoplay: '' }, ...(captions ? [el('track', { src: captions, kind: 'captions', default: '' })] : []))
  link.replaceWith(film)
  film.focus()
  return true
}

document.addEventListener('click', e => {
  if (e.ctrlKey || e.metaKey || e.shiftKey || e.button) return
  const at = selector => e.target.closest(selector)
  let hit
  if ((hit = at('[data-vote]'))) { e.preventDefault(); vote(hit) } else if ((hit = at('[data-reply]')) && $('#say')) { e.preventDefault(); reply(hit) } else if ((hit = at('.play')) && play(hit)) e.preventDefault()
})
document.addEventListener('submit', e => {
  if (!e.target.matches('.say')) return
  e.preventDefault()
  comment(e.target)
})
document.addEventListener('keydown', e => {
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && e.target.matches('.say textarea')) e.target.form.requestSubmit()
})

if (talk) $('.threads', talk).before(notice)
greet()
listen()
