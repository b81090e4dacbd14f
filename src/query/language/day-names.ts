/** In English, as queries name them; the first is day 0. Here, so that who only compares need not load what reads queries. */
export const dayNames = [
  ...(['Monday', 'Tuesday', 'Wednesday', 'Thursday'] as const),
  ...(['Friday', 'Saturday', 'Sunday'] as const),
] as const
