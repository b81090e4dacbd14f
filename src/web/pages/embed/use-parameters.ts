import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import {
  readAddress,
  writeAddress,
  type Settings,
  type ValuesOf,
} from '../../shared/settings/settings.ts'

/** Settings that live in the address alone; a change is no step of the browser's history. */
export function useParameters<S extends Settings>(
  settings: S,
  usual: ValuesOf<S>,
): readonly [ValuesOf<S>, (part: Partial<ValuesOf<S>>) => void] {
  const [search, setSearch] = useSearchParams()
  const values = useMemo(() => readAddress(settings, search, usual), [settings, search, usual])
  const change = useCallback(
    (part: Partial<ValuesOf<S>>) =>
      setSearch(new URLSearchParams(writeAddress(settings, { ...values, ...part }, usual)), {
        replace: true,
      }),
    [settings, usual, values, setSearch],
  )
  return [values, change]
}
