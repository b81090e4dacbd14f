import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launchBrowser } from '../test/support/browser.ts'

/**
 * Draws the pictures that cannot be SVG: icons of the installed site, and what link previews show. They are
 * committed; this is run by hand when the mark changes, and needs a Chromium.
 */

const out = fileURLToPath(new URL('../src/web/public', import.meta.url))

/** Three rows of a caption, the last one growing, in a field of 32 by 32. */
const rows =
  '<rect x="5" y="8" width="22" height="3.4" rx="1.7" fill="#8b95a3"/>' +
  '<rect x="5" y="14.3" width="17" height="3.4" rx="1.7" fill="#c9d0d9"/>' +
  '<rect x="5" y="20.6" width="11" height="3.4" rx="1.7" fill="#fff"/>' +
  '<rect x="18.4" y="20.6" width="2.6" height="3.4" rx="1.1" fill="#ffb224"/>'

function mark(corner: number, scale: number): string {
  const shift = 16 * (1 - scale)
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="100%" height="100%">' +
    `<rect width="32" height="32" rx="${corner}" fill="#16191e"/>` +
    `<g transform="translate(${shift} ${shift}) scale(${scale})">${rows}</g></svg>`
  )
}

/** What systems cut to a shape of their own has its rows in the middle four fifths. */
const icons = [
  { file: 'icons/icon-192.png', size: 192, svg: mark(7, 1) },
  { file: 'icons/icon-512.png', size: 512, svg: mark(7, 1) },
  { file: 'icons/maskable-512.png', size: 512, svg: mark(0, 0.78) },
  { file: 'icons/apple-touch-180.png', size: 180, svg: mark(0, 0.86) },
]

const preview = { width: 1200, height: 630 }
const previewHtml = `
<style>
  body { margin: 0; width: 1200px; height: 630px; background: #101317; color: #fff; overflow: hidden;
    font-family: system-ui, 'Noto Sans', sans-serif; display: grid; align-content: center; padding-left: 96px; box-sizing: border-box }
  .mark { width: 148px; height: 148px }
  .name { display: flex; align-items: center; gap: 40px; font-size: 132px; font-weight: 750; letter-spacing: -0.03em }
  .said { margin: 52px 0 0; font-size: 46px; line-height: 1.35; color: #c9d0d9; max-width: 960px }
  .said i { display: inline-block; width: 20px; height: 42px; margin-left: 10px; border-radius: 5px; background: #ffb224; vertical-align: -6px }
</style>
<div class="name"><div class="mark">${mark(7, 1).replace('#16191e', '#2b313a')}</div>ccr</div>
<p class="said">What television is saying, as it is said,<br>and back for ever.<i></i></p>`

mkdirSync(`${out}/icons`, { recursive: true })
const browser = await launchBrowser()
try {
  const page = await browser.newPage()
  for (const { file, size, svg } of icons) {
    await page.setViewportSize({ width: size, height: size })
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`)
    await page.screenshot({ path: `${out}/${file}`, omitBackground: true })
  }
  await page.setViewportSize(preview)
  await page.setContent(previewHtml)
  await page.screenshot({ path: `${out}/preview.png` })
} finally {
  await browser.close()
}
