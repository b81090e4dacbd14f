import { Fragment, type ReactNode } from 'react'
import { captionRows } from './caption-parts.ts'

/** Caption text as it came, in the reader's style; a change of speaker stands out. */
export function CaptionText({ text }: { readonly text: string }): ReactNode {
  // An empty one would keep its line from being empty.
  if (text === '') return null
  return captionRows(text).map((parts, i) => (
    <Fragment key={i}>
      {i > 0 && <br />}
      <span className="caption">
        {parts.map(({ text: part, isSpeaker }, n) =>
          isSpeaker ? (
            <span key={n} className="speaker">
              {part}
            </span>
          ) : (
            part
          ),
        )}
      </span>
    </Fragment>
  ))
}
