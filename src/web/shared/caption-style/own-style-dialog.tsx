import type { ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import { useKept } from '../settings/kept.ts'
import { ownStyle } from './own-style.ts'
import StyleDialog from './style-dialog.tsx'

/** The reader's own style, for every page of the site. */
export default function OwnStyleDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useCaptionStyleMessages()
  return (
    <StyleDialog
      style={useKept(ownStyle)}
      lead={t.lead}
      onChange={ownStyle.choose}
      onClose={onClose}
    />
  )
}
