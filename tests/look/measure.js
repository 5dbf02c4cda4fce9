// Measures every frame of the page once all have loaded, and writes what it found into the element `result`.
const number = text => text.match(/[\d.]+/g).map(Number)
const light = ([r, g, b]) => {
  const linear = [r, g, b].map(v => v / 255).map(v => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}
const over = (front, back) => {
  const a = front[3] ?? 1
  return [0, 1, 2].map(i => front[i] * a + back[i] * (1 - a))
}

// The colour an element's text stands on: its own ground over those of its ancestors, down to the page's white.
const ground = (element, view) => {
  const own = number(view.getComputedStyle(element).backgroundColor)
  if ((own[3] ?? 1) === 1) return own
  return over(own, element.parentElement ? ground(element.parentElement, view) : [255, 255, 255])
}

const contrast = (element, view) => {
  const back = ground(element, view)
  const [a, b] = [light(over(number(view.getComputedStyle(element).color), back)), light(back)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

const hasText = node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())
const named = element => `${element.tagName.toLowerCase()}.${element.className}#${element.id}`
const scrolls = element => element.scrollWidth > element.clientWidth

const measure = frame => {
  const view = frame.contentWindow
  const page = frame.contentDocument
  const all = [...page.body.querySelectorAll('*')].filter(element => !element.closest('style, script, svg'))
  const card = page.querySelector('.psm-card')
  const first = selector => page.querySelector(selector)
  const style = (selector, key) => (first(selector) ? view.getComputedStyle(first(selector))[key] : null)
  return {
    overflow: page.documentElement.scrollWidth - view.innerWidth,
    sections: all.filter(element => element.matches('[class^="psm-"], details > div') && scrolls(element)).map(named),
    inside: all.filter(element => element.matches('pre, .table, mjx-container') && scrolls(element)).map(named),
    faded: all.filter(element => view.getComputedStyle(element).maskImage !== 'none').map(named),
    question: parseFloat(view.getComputedStyle(first('.psm-question')).fontSize),
    headings: all.filter(element => element.matches('h1, h2, h3')).map(element => parseFloat(view.getComputedStyle(element).fontSize)),
    cells: [...page.querySelectorAll('td')].map(element => element.getBoundingClientRect().width),
    drawings: [...page.querySelectorAll('td img')].map(image => [
      image.getBoundingClientRect().width,
      view.getComputedStyle(image).paddingLeft,
    ]),
    faint: all
      .filter(element => hasText(element) || element.matches('input'))
      .map(element => [named(element), Math.round(contrast(element, view) * 100) / 100])
      .filter(([, ratio]) => ratio < 4.5),
    column: card.getBoundingClientRect().width / parseFloat(view.getComputedStyle(card).fontSize),
    left: card.getBoundingClientRect().left,
    hint: first('summary')?.getBoundingClientRect().height ?? null,
    pictures: [...page.images].map(image => [image.naturalWidth > 0, image.getBoundingClientRect().width]),
    styles: {
      question: style('.psm-question', 'fontWeight'),
      link: style('.psm-sources a', 'color'),
      paper: style('body', 'backgroundColor'),
      size: style('.psm-answer', 'fontSize'),
      picture: style('img', 'backgroundColor'),
    },
  }
}

// A frame that is still being written holds the page's own end of loading back, at which the browser gives the page out.
const hold = document.createElement('iframe')
document.documentElement.append(hold)
hold.contentDocument.open()

const frames = () => [...document.querySelectorAll('iframe')].filter(frame => frame !== hold)
const isLoaded = frame => frame.contentDocument.readyState === 'complete' && frame.contentDocument.URL !== 'about:blank'
const measureAll = () => {
  const found = Object.fromEntries(frames().map(frame => [frame.title, measure(frame)]))
  document.querySelector('#result').textContent = JSON.stringify(found)
  hold.contentDocument.close()
}
const wait = () => {
  if (!document.querySelector('#result') || !frames().every(isLoaded)) return void setTimeout(wait, 20)
  for (const frame of frames()) for (const fold of frame.contentDocument.querySelectorAll('details')) fold.open = true
  // How far a part has scrolled is looked at once for each picture: on a busy machine the first one comes late.
  requestAnimationFrame(() => requestAnimationFrame(measureAll))
}
wait()
