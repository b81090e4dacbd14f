import type { Draft } from '../../../../protocol/live/live.ts'
import { captionRows, type CaptionPart } from '../../../shared/captions/caption-parts.ts'
import { flowOf } from '../../../shared/captions/flow.ts'

/**
 * Writes what is growing into an element, as `CaptionText` would show it. A letter more is a letter more in one text
 * node: nothing else of the page is touched.
 */
export class DraftWriter {
  readonly #element: HTMLElement
  #told: Draft | undefined
  /** All parts but the last, which is in `#last` and grows. */
  #before = ''
  #last: Text | null = null

  constructor(element: HTMLElement) {
    this.#element = element
  }

  write(draft: Draft | undefined): void {
    if (draft === this.#told) return
    this.#told = draft
    if (draft === undefined || draft.text === '') {
      this.#clear()
      return
    }
    const rows = captionRows(draft.text)
    const last = rows.at(-1)?.at(-1)
    const before = draft.text.slice(0, draft.text.length - (last?.text.length ?? 0))
    const flow = flowOf(draft.mode, draft.text)
    const key = `${draft.run} ${draft.track} ${draft.id} ${flow} ${before}`
    if (this.#last !== null && key === this.#before && last?.isSpeaker === false) {
      this.#last.data = last.text
      return
    }
    const element = this.#element
    element.className = draft.mode === 'pop-on' ? `now ${flow}` : `now growing ${flow}`
    if (flow === 'flows') element.removeAttribute('dir')
    else element.setAttribute('dir', 'auto')
    element.replaceChildren(...(flow === 'flows' ? [' '] : []), ...rows.flatMap(rowOf))
    this.#before = key
    this.#last = lastText(element)
  }

  #clear(): void {
    this.#element.className = 'now'
    this.#element.replaceChildren()
    this.#before = ''
    this.#last = null
  }
}

function rowOf(parts: readonly CaptionPart[], i: number): Node[] {
  const row = document.createElement('span')
  row.className = 'caption'
  row.append(...parts.map(partOf))
  return i > 0 ? [document.createElement('br'), row] : [row]
}

function partOf({ text, isSpeaker }: CaptionPart): Node {
  if (!isSpeaker) return document.createTextNode(text)
  const speaker = document.createElement('span')
  speaker.className = 'speaker'
  speaker.textContent = text
  return speaker
}

function lastText(element: HTMLElement): Text | null {
  const node = element.lastChild?.lastChild
  return node instanceof Text ? node : null
}
