import type { Language, LetterText, LetterWish } from '../../core/accounts/sign-in.ts'
import { escapeText } from '../../../protocol/escape-text.ts'

interface Parts {
  readonly subject: string
  readonly lead: string
  /** On the button; null = a plain link. */
  readonly button: string
  readonly note: string
}

/** The letters that people get about their account: plain, short, and the same in text and markup. */
export function writeLetter(wish: LetterWish, language: Language): LetterText {
  const { subject, lead, button, note } = partsOf(wish, language)
  const text = `${lead}\n\n${button}:\n${wish.url}\n\n${note}\n`
  return { subject, text, html: markupOf({ subject, lead, button, note }, wish.url, language) }
}

function partsOf(wish: LetterWish, language: Language): Parts {
  return language === 'es' ? spanish(wish) : english(wish)
}

function english(wish: LetterWish): Parts {
  switch (wish.kind) {
    case 'sign-in':
      return {
        subject: 'Sign in to ccr',
        lead: 'Somebody, we hope you, asked for a link to sign in to ccr with this address.',
        button: 'Sign in',
        note: `The link works once, for ${wish.minutes} minutes. If it was not you, do nothing: without the link nobody comes in.`,
      }
    case 'email':
      return {
        subject: 'Confirm your new address for ccr',
        lead: 'A ccr account is to have this address from now on.',
        button: 'Confirm this address',
        note: `The link works once, for ${wish.minutes} minutes. If it was not you, do nothing: the account keeps its old address.`,
      }
    case 'invitation':
      return {
        subject: 'You are invited to ccr',
        lead: `${wish.by} invites you to ccr: what television says, live, and searchable.`,
        button: 'Accept the invitation',
        note: `The link works once, for ${wish.days} days.`,
      }
    case 'passkey-added':
      return {
        subject: 'A passkey was added to your ccr account',
        lead: `The passkey “${wish.name}” can sign in to your account from now on.`,
        button: 'See your account',
        note: 'If it was not you, remove it there and sign out all other browsers.',
      }
  }
}

function spanish(wish: LetterWish): Parts {
  switch (wish.kind) {
    case 'sign-in':
      return {
        subject: 'Entrar en ccr',
        lead: 'Alguien, esperamos que usted, pidió un enlace para entrar en ccr con esta dirección.',
        button: 'Entrar',
        note: `El enlace sirve una vez, durante ${wish.minutes} minutos. Si no fue usted, no haga nada: sin el enlace no entra nadie.`,
      }
    case 'email':
      return {
        subject: 'Confirme su nueva dirección en ccr',
        lead: 'Una cuenta de ccr va a tener esta dirección desde ahora.',
        button: 'Confirmar esta dirección',
        note: `El enlace sirve una vez, durante ${wish.minutes} minutos. Si no fue usted, no haga nada: la cuenta conserva su dirección.`,
      }
    case 'invitation':
      return {
        subject: 'Le invitan a ccr',
        lead: `${wish.by} le invita a ccr: lo que dice la televisión, en directo y con búsqueda.`,
        button: 'Aceptar la invitación',
        note: `El enlace sirve una vez, durante ${wish.days} días.`,
      }
    case 'passkey-added':
      return {
        subject: 'Se añadió una llave de acceso a su cuenta de ccr',
        lead: `La llave de acceso «${wish.name}» puede entrar en su cuenta desde ahora.`,
        button: 'Ver su cuenta',
        note: 'Si no fue usted, quítela ahí y cierre las demás sesiones.',
      }
  }
}

function markupOf({ subject, lead, button, note }: Parts, url: string, language: Language): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeText(subject)}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:32rem;margin:0 auto">
<p>${escapeText(lead)}</p>
<p style="margin:24px 0"><a href="${escapeText(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#9a5b00;color:#ffffff;text-decoration:none;font-weight:600">${escapeText(button)}</a></p>
<p style="font-size:14px;opacity:.8">${escapeText(note)}</p>
<p style="font-size:13px;opacity:.7;overflow-wrap:anywhere">${escapeText(url)}</p>
</div>
</body>
</html>
`
}
