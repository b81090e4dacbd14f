import type { UserView } from '../../../protocol/accounts.ts'
import type { User } from '../../ports/accounts.ts'

export function presentUser(user: User): UserView {
  return { ...user, channels: [...user.channels] }
}
