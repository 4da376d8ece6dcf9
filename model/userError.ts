/** An error meant for the person at the terminal: printed as it is, without a stack. */
export class UserError extends Error {}
