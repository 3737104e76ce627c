export const signIn = {
  'sign_in.title': 'Sign in',
  'sign_in.lead': 'Machine monitoring',
  'sign_in.name': 'User name or e-mail',
  'sign_in.password': 'Password',
  'sign_in.show': 'Show password',
  'sign_in.submit': 'Sign in',
  'sign_in.busy': 'Signing in …',
  'sign_in.ended': 'Your session ended. You return to where you were.',
  'sign_in.wrong': 'User name or password is wrong.',
  'sign_in.server': 'Server on this network',
} as const;
