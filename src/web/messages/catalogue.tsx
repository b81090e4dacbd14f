import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react'
import { Kept, useKept } from '../shared/settings/kept.ts'
import { en, type Messages } from './en.ts'
import { es } from './es.ts'

const catalogues = { en, es } as const
export type Locale = keyof typeof catalogues
export const locales = Object.keys(catalogues) as Locale[]

/** What the reader chose, else the first of the browser's languages that there is. */
const chosen = new Kept<Locale>('ccr.language', readLocale, (locale) => locale)

interface Catalogue {
  readonly locale: Locale
  readonly messages: Messages
  readonly choose: (locale: Locale) => void
}

const Context = createContext<Catalogue>({ locale: 'en', messages: en, choose: () => undefined })

export function CatalogueProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const locale = useKept(chosen)
  useEffect(() => {
    document.documentElement.lang = locale
  }, [locale])
  const value = useMemo(
    () => ({
      locale,
      messages: catalogues[locale],
      choose: chosen.choose,
    }),
    [locale],
  )
  return <Context.Provider value={value}>{children}</Context.Provider>
}

export function useMessages(): Messages {
  return useContext(Context).messages
}

export function useCatalogue(): Catalogue {
  return useContext(Context)
}

export function nameOfLocale(locale: Locale): string {
  return catalogues[locale].language
}

function readLocale(stored: string | null): Locale {
  const wished = [stored, ...navigator.languages].map((tag) => tag?.slice(0, 2))
  return wished.flatMap((tag) => locales.find((locale) => locale === tag) ?? [])[0] ?? 'en'
}
