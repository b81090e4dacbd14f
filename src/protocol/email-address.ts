import { z } from 'zod'

/** A plain `name@host.example` in ASCII: no display name, comment, quoting or line break. */
export const emailAddressSchema = z.email().max(254)
