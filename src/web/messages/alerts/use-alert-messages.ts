import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type AlertMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, AlertMessages>> = { en, es }

export function useAlertMessages(): AlertMessages {
  return catalogues[useCatalogue().locale]
}
