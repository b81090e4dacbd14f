/** Words of destinations and deliveries, apart from the shapes they stand in: pages need the words alone. */

export const destinationKinds = ['email', 'webhook', 'push', 'ntfy', 'chat'] as const
export const chatFormats = ['slack', 'discord', 'matrix', 'custom'] as const

export const deliveryStates = ['waiting', 'sent', 'dead'] as const
export type DeliveryState = (typeof deliveryStates)[number]
