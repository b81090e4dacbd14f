import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { ApiError } from '../../data/api.ts'
import { useDownloadMessages } from '../../messages/download.ts'
import { fetchFile, useSize } from './data.ts'
import { filesOf, isInBody, linkOf, type Obstacle, type Wish } from './take.ts'

/** Typing and arrow keys pass over many wishes; the server measures the one that stays. */
const settleMs = 250

/** How large the file is, to the byte, and the link to it. */
export function FileLink(props: {
  readonly wish: Wish
  readonly obstacle: Obstacle | null
}): ReactNode {
  const { wish, obstacle } = props
  const t = useDownloadMessages()
  if (obstacle !== null)
    return (
      <p className="file-note warn" role="status">
        {t.obstacles[obstacle]}
      </p>
    )
  return isInBody(wish) ? <BodyLink wish={wish} /> : <PlainLink wish={wish} />
}

function PlainLink({ wish }: { readonly wish: Wish }): ReactNode {
  const t = useDownloadMessages()
  const link = linkOf(wish)
  const isSettled = useSettled(link)
  const { size, error } = useSize(isSettled ? wish : null)
  const files = filesOf(wish).length
  const isGrowing = wish.take.kind !== 'airings' && wish.take.to > new Date().toISOString()
  const refusal = error instanceof ApiError && error.status < 500 ? error.message : null
  return (
    <>
      <div className="file-foot">
        <p className="file-size" role="status">
          {size !== null ? (
            <>
              <strong data-bytes={size.bytes}>{t.bytes(size.bytes)}</strong>
              {size.cues !== null && <span>{t.captions(size.cues)}</span>}
              {files > 1 && <span>{t.inFiles(files)}</span>}
            </>
          ) : (
            <span className="muted">
              {refusal !== null ? t.refused(refusal) : error !== null ? t.failed : t.measuring}
            </span>
          )}
        </p>
        <a
          className="file-link"
          href={link}
          download={size?.file?.filename ?? true}
          aria-disabled={refusal !== null}
        >
          {(files > 1 ? t.downloadZip : t.download)(wish.format.toUpperCase())}
          {size !== null && files === 1 && <span className="about">{about(size.bytes)}</span>}
        </a>
      </div>
      {size !== null && (
        <>
          {size.cues === 0 && <p className="file-note">{t.nothingIn}</p>}
          {isGrowing && <p className="file-note">{t.growing}</p>}
          {size.late > 0 && <p className="file-note">{t.late(size.late)}</p>}
          {size.replaced > 0 && <p className="file-note">{t.replaced(size.replaced)}</p>}
        </>
      )}
    </>
  )
}

/** A selection too long for an address is fetched with it as a body, and then lies ready here. */
function BodyLink({ wish }: { readonly wish: Wish }): ReactNode {
  const t = useDownloadMessages()
  const key = JSON.stringify(wish)
  const isSettled = useSettled(key)
  const { data, error } = useQuery({
    queryKey: ['file', key],
    queryFn: ({ signal }) => fetchFile(wish, signal),
    enabled: isSettled,
    gcTime: 0,
  })
  const [blob, name] = [data?.blob, data?.name]
  const point = useCallback(
    (link: HTMLAnchorElement | null) => {
      if (link === null || blob === undefined) return undefined
      const url = URL.createObjectURL(blob)
      link.href = url
      return () => URL.revokeObjectURL(url)
    },
    [blob],
  )
  const count = wish.take.kind === 'cues' ? wish.take.cues.length : 0
  return (
    <div className="file-foot">
      <p className="file-size" role="status">
        {blob !== undefined ? (
          <>
            <strong data-bytes={blob.size}>{t.bytes(blob.size)}</strong>
            <span>{t.captions(count)}</span>
          </>
        ) : (
          <span className="muted">{error !== null ? t.refused(error.message) : t.preparing}</span>
        )}
      </p>
      {blob !== undefined && (
        <a className="file-link" ref={point} download={name}>
          {t.download(wish.format.toUpperCase())}
          <span className="about">{about(blob.size)}</span>
        </a>
      )}
    </div>
  )
}

/** Whether this has been the same for a moment. */
function useSettled(key: string): boolean {
  const [settled, setSettled] = useState(key)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), settleMs)
    return () => clearTimeout(timer)
  }, [key])
  return settled === key
}

/** `123 kB`: for whoever wants no exact number. */
function about(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`
}
