import { Fragment, type ReactNode } from 'react'

/** Caption text as it came; a change of speaker stands out. */
export function CaptionText({ text }: { readonly text: string }): ReactNode {
  return text.split('\n').map((row, i) => (
    <Fragment key={i}>
      {i > 0 && <br />}
      {row.split(/(>>>?)/).map((part, n) =>
        part.startsWith('>>') ? (
          <span key={n} className="speaker">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </Fragment>
  ))
}
