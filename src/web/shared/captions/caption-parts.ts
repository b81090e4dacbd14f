/** A piece of a row of captions; a change of speaker stands out. */
export interface CaptionPart {
  readonly text: string
  readonly isSpeaker: boolean
}

/** The rows of a caption, each cut at its `>>`; rows may be empty. */
export function captionRows(text: string): readonly (readonly CaptionPart[])[] {
  return text.split('\n').map((row) =>
    row
      .split(/(>>>?)/)
      .filter((part) => part !== '')
      .map((part) => ({ text: part, isSpeaker: part.startsWith('>>') })),
  )
}
