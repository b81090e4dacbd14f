import { Fragment, type ReactNode } from 'react'

/** Caption text as it came, in the reader's style; a change of speaker stands out. */
export function CaptionText({ text }: { readonly text: string }): ReactNode {
  // An empty one would keep its line from being empty.
  if (text === '') return null
  return text.split('\n').map((row, i) => (
    <Fragment key={i}>
      {i > 0 && <br />}
      <span className="caption">
        {row.split(/(>>>?)/).map((part, n) =>
          part.startsWith('>>') ? (
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
