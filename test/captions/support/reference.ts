/** Readers of what other decoders wrote. */

export interface ReferenceCaption {
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

export function srtCaptions(file: string): ReferenceCaption[] {
  const blocks = file.replaceAll('\r', '').split('\n\n')
  return blocks.flatMap((block) => {
    const lines = block.split('\n')
    const at = lines.findIndex((line) => line.includes(' --> '))
    if (at < 0) return []
    const [start = '', end = ''] = (lines[at] ?? '').split(' --> ')
    const text = lines
      .slice(at + 1)
      .join('\n')
      .replaceAll(/<[^>]*>/g, '')
    return [{ startMs: milliseconds(start), endMs: milliseconds(end), text }]
  })
}

export function ttxtCaptions(file: string): ReferenceCaption[] {
  return file
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [start = '', end = '', , ...text] = line.replace('\uFEFF', '').split('|')
      return { startMs: milliseconds(start), endMs: milliseconds(end), text: text.join('|') }
    })
}

function milliseconds(time: string): number {
  const [hours, minutes, seconds, ms] = time.trim().split(/[:,]/).map(Number)
  return (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + (ms ?? 0)
}

/** Comcast's caption-inspector: codes in braces, text in quotation marks, in order of arrival. */
export function captionInspectorText(file: string): string {
  const lines = file.split(/\r?\n/).filter((line) => /^\d\d:\d\d:/.test(line))
  return lines
    .map((line) => line.slice(line.indexOf(' - ') + 3))
    .flatMap((line) => line.split(/\{[^}]*\}/))
    .map((part) => part.trim().replace(/^"/, '').replace(/"$/, ''))
    .join('\n')
}

/** The same tool's listing of a CEA-708 service: commands in braces, text in quotation marks, 16-bit characters apart. */
export function captionInspector708Text(file: string): string {
  const tokens = file.matchAll(/\{([A-Z0-9]+)(?::([^}]*))?\}|"(.*?)"(?= \{|\s*$)/gm)
  let text = ''
  for (const [, command, parameters = '', quoted] of tokens) {
    if (quoted !== undefined) text += quoted
    else if (command === 'P16') text += String.fromCharCode(Number(parameters))
    // What a viewer does not see does not part words.
    else if (command !== 'NUL' && command !== 'ETX') text += '\n'
  }
  return text
}

interface GstreamerScreen {
  readonly mode: string | null
  readonly clear: boolean
  readonly lines: readonly {
    readonly row: number
    readonly column: number
    readonly chunks: readonly { readonly text: string }[]
    readonly carriage_return: boolean | null
  }[]
}

/** GStreamer's cea608tojson (unbuffered): one JSON object after another. */
export function gstreamerScreens(file: string): GstreamerScreen[] {
  return JSON.parse(`[${file.replaceAll('}{', '},{')}]`) as GstreamerScreen[]
}

/** Every row once, as it read when it was complete: a row is complete when another begins, or the screen changes. */
export function gstreamerText(file: string): string {
  const complete: string[] = []
  let growing = ''
  let before = new Set<string>()
  for (const screen of gstreamerScreens(file)) {
    const texts = screen.lines.map((line) =>
      line.chunks
        .map((chunk) => chunk.text)
        .join('')
        .trim(),
    )
    for (const text of texts) {
      if (screen.mode === 'PopOn') complete.push(growing, text)
      else if (!before.has(text) && !text.startsWith(growing)) complete.push(growing)
      growing = screen.mode === 'PopOn' ? '' : before.has(text) ? growing : text
    }
    if (texts.length === 0) {
      complete.push(growing)
      growing = ''
    }
    before = new Set(texts)
  }
  return [...complete, growing].join('\n')
}
