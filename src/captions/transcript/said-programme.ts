import type { ProgrammeOutput } from '../caption-event.ts'

type Facts = Omit<ProgrammeOutput, 'type' | 'atMs'>

const nothingKnown: Facts = {
  ...{ title: null, network: null, callLetters: null, rating: null, category: null },
  ...{ description: null, lengthMinutes: null, elapsedMinutes: null },
}
const descriptionRows = 8

/** What the XDS lines of a transcript have said of the current programme. */
export class SaidProgramme {
  #facts = nothingKnown
  readonly #description: string[] = Array.from({ length: descriptionRows }, () => '')
  #told = ''

  /** The programme as it is now known, when the line changed it; else null. Most lines are repeats. */
  line(text: string, xdsClass: string | null, atMs: number): ProgrammeOutput | null {
    if (xdsClass !== null && xdsClass !== 'CUR' && xdsClass !== 'CHN') return null
    this.#facts = { ...this.#facts, ...this.#read(text.trim()) }
    // How much has passed goes with the clock: it is told with what else is new.
    const told = JSON.stringify({ ...this.#facts, elapsedMinutes: null })
    if (told === this.#told) return null
    this.#told = told
    return { type: 'programme', atMs, ...this.#facts }
  }

  #read(text: string): Partial<Facts> {
    const fact = /^([A-Za-z ]+?)(?: line (\d))?(?: \(HH:MM\))? ?: *(.*)$/.exec(text)
    const category = /^Program type ?(\[.*\])/.exec(text)?.[1]
    if (category !== undefined)
      return {
        category: [...category.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name).join(', '),
      }
    const [, name = '', row, value = ''] = fact ?? []
    switch (name) {
      case 'Program name':
        return this.#title(value.trim())
      case 'Network':
        return { network: value.trim() || null }
      case 'Call Letters':
        return { callLetters: value.trim() || null }
      case 'Program length':
        return { lengthMinutes: minutes(value) }
      case 'Elapsed':
        return { elapsedMinutes: minutes(value) }
      case 'ContentAdvisory':
        return { rating: /Rating: *([^(]*)/.exec(value)?.[1]?.trim() ?? null }
      case 'XDS description':
        return this.#row(Number(row), value.trim())
      default:
        return {}
    }
  }

  /** With another title everything said of the one before is void until it is said again. */
  #title(title: string): Partial<Facts> {
    if (title === '' || title === this.#facts.title) return {}
    if (this.#facts.title === null) return { title }
    this.#description.fill('')
    const { network, callLetters } = this.#facts
    return { ...nothingKnown, network, callLetters, title }
  }

  #row(row: number, text: string): Partial<Facts> {
    if (row >= descriptionRows) return {}
    this.#description[row] = text
    return { description: this.#description.filter((line) => line !== '').join(' ') || null }
  }
}

function minutes(text: string): number | null {
  const [, hours, rest] = /^(\d{1,2}):(\d\d)/.exec(text) ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(rest)
}
