import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type AdminMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, AdminMessages>> = { en, es }

export function useAdminMessages(): AdminMessages {
  return catalogues[useCatalogue().locale]
}
