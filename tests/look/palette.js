// Writes the picture of the page as a palette and an index for each pixel into the element `result`.
// A colour enters the palette for its frequency and for being far from those already in it: of the many shades of
// letters few are taken, of the few letters in another colour at least one.
const parts = colour => [colour >> 16, (colour >> 8) & 255, colour & 255]
// Hue counts more than brightness: a green letter among grey ones is to stay green.
const tone = colour => {
  const [red, green, blue] = parts(colour)
  return [green, 3 * (red - green), 3 * (blue - green)]
}
const apart = (a, b) => a.reduce((sum, part, i) => sum + (part - b[i]) ** 2, 0)

const counted = pixels => {
  const counts = new Map()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).map(([colour, count]) => ({ colour, count, tone: tone(colour), far: Infinity, index: 0 }))
}

// Each colour knows the nearest in the palette: its index, and how far it is.
const join = (colours, chosen, index) => {
  for (const one of colours) {
    const far = apart(one.tone, chosen.tone)
    if (far < one.far) Object.assign(one, { far, index })
  }
}

const reduced = (colours, most) => {
  const palette = []
  const worth = one => Math.sqrt(one.count) * Math.min(one.far, 1e9)
  while (palette.length < most) {
    const chosen = colours.reduce((best, one) => (worth(one) > worth(best) ? one : best))
    if (chosen.far === 0) break
    join(colours, chosen, palette.push(parts(chosen.colour)) - 1)
  }
  return palette
}

const pixelsOf = image => {
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  return Uint32Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2])
}

const base64 = bytes => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 30000) text += String.fromCharCode(...bytes.subarray(at, at + 30000))
  return btoa(text)
}

onload = () => {
  const [image] = document.images
  const pixels = pixelsOf(image)
  const colours = counted(pixels)
  const palette = reduced(colours, Number(image.dataset.colours))
  const index = new Map(colours.map(one => [one.colour, one.index]))
  const result = { width: image.naturalWidth, palette, pixels: base64(Uint8Array.from(pixels, pixel => index.get(pixel))) }
  document.querySelector('#result').textContent = JSON.stringify(result)
}
