import type { Page } from 'playwright-core'
import { typedRow } from './typists.ts'

/**
 * The floor beneath a wall: a page of as many bare boxes into which the same letters are written ten times a second, with no
 * socket, no framework and no styles but their size. What a browser takes for that, no page can do without.
 */

const everyMs = 100
const lettersASecond = 16
/** Rows that stand in a box. */
const shownRows = 12
const toldRows = 60

export async function openBarePage(page: Page, boxes: number): Promise<void> {
  const rows = Array.from({ length: boxes }, (_, n) =>
    Array.from({ length: toldRows }, (_row, row) => typedRow(n, row)),
  )
  const columns = Math.ceil(Math.sqrt(boxes))
  await page.setContent(
    `<!doctype html><style>
      body { margin: 0; display: grid; grid-template-columns: repeat(${columns}, 1fr); grid-auto-rows: ${100 / columns}vh }
      div { overflow: hidden; font: 14px/1.4 sans-serif; contain: strict }
      p { margin: 0 }
    </style>${'<div></div>'.repeat(boxes)}`,
  )
  await page.evaluate(
    ({ told, shown, ms, letters }) => {
      const written = [...document.querySelectorAll('div')].map((box, n) => {
        const said = told[n] ?? []
        for (const row of said.slice(0, shown)) box.append(paragraphOf(row))
        box.append(paragraphOf(''))
        return { box, said, row: shown, letters: (n * 7) % 28 }
      })
      function paragraphOf(text: string): HTMLElement {
        const paragraph = document.createElement('p')
        paragraph.textContent = text
        return paragraph
      }
      function write(): void {
        for (const one of written) {
          one.letters += (letters * ms) / 1000
          const growing = one.said[one.row % one.said.length] ?? ''
          const last = one.box.lastElementChild
          if (last !== null) last.textContent = growing.slice(0, one.letters)
          if (one.letters < growing.length) continue
          one.letters = 0
          one.row++
          one.box.firstElementChild?.remove()
          one.box.append(paragraphOf(''))
        }
      }
      setInterval(() => requestAnimationFrame(write), ms)
    },
    { told: rows, shown: shownRows, ms: everyMs, letters: lettersASecond },
  )
}
