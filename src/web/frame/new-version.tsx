import { useState, type ReactNode } from 'react'
import { useNewVersion } from '../data/site-worker.ts'
import { useMessages } from '../messages/catalogue.tsx'

/** Tells of a new version of the site; nothing is loaded under the eyes of somebody who reads. */
export function NewVersion(): ReactNode {
  const t = useMessages().newVersion
  const load = useNewVersion()
  const [isPutOff, setPutOff] = useState(false)
  return (
    <div role="status">
      {load !== null && !isPutOff && (
        <div className="new-version">
          <p>{t.there}</p>
          <button type="button" onClick={load}>
            {t.load}
          </button>
          <button type="button" onClick={() => setPutOff(true)}>
            {t.later}
          </button>
        </div>
      )}
    </div>
  )
}
