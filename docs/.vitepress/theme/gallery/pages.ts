/** The pages of the gallery, in the order in which they are shown. */
export const PAGES = [
  { name: 'curve-fit', title: 'A fit and its confidence band', line: 'Nonlinear least squares on NIST’s data, with what the parameters are worth.' },
  { name: 'epidemic', title: 'An epidemic', line: 'Rates of a differential equation from fourteen days in a boarding school.' },
  { name: 'robot-arm', title: 'A robot arm', line: 'Angles that bring the hand to a point that you drag.' },
  { name: 'pendulum', title: 'Swinging up a pendulum', line: 'The torques of least effort, under a limit of the motor.' },
] as const

export type PageName = (typeof PAGES)[number]['name']
