import { useState, type ReactNode } from 'react'
import type { Channel } from '../../../protocol/api.ts'
import { Monogram } from './monogram.tsx'

/** A channel’s logo; its monogram where there is none, or where it does not come. */
export function ChannelMark({
  channel,
}: {
  readonly channel: Pick<Channel, 'name' | 'logo'>
}): ReactNode {
  const { name, logo } = channel
  const [failed, setFailed] = useState<string | null>(null)
  if (logo === null || failed === logo) return <Monogram name={name} />
  return (
    <img
      className="logo"
      src={logo}
      alt=""
      width={44}
      height={44}
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      onError={() => setFailed(logo)}
    />
  )
}
