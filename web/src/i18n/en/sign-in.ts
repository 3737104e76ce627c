export const signIn = {
  'sign_in.title': 'Sign in',
  'sign_in.lead': 'Machine monitoring',
  'sign_in.name': 'User name or e-mail',
  'sign_in.password': 'Password',
  'sign_in.show': 'Show password',
  'sign_in.submit': 'Sign in',
  'sign_in.busy': 'Signing in …',
  'sign_in.ended': 'Your session has ended. After signing in you return to the same page.',
  'sign_in.wrong': 'User name or password is wrong.',
  'sign_in.server': 'Server on this network',
} as const;
