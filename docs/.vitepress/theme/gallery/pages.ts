/** The pages of the gallery, in the order in which they are shown. */
export const PAGES = [
  { name: 'curve-fit', title: 'A fit and its confidence band', line: 'Nonlinear least squares on NIST’s data, with what the parameters are worth.' },
  { name: 'epidemic', title: 'An epidemic', line: 'Rates of a differential equation from fourteen days in a boarding school.' },
  { name: 'robot-arm', title: 'A robot arm', line: 'Angles that bring the hand to a point that you drag.' },
  { name: 'pendulum', title: 'Swinging up a pendulum', line: 'The torques of least effort, under a limit of the motor.' },
  { name: 'bundle-adjustment', title: 'Bundle adjustment', line: 'Cameras and a house in space, from where pictures show its points.' },
  { name: 'digits', title: 'Training on digits', line: 'A network that learns in the page, and then reads what you draw.' },
  { name: 'black-scholes', title: 'Options and their Greeks', line: 'A price and eight of its derivatives, first and second.' },
  { name: 'gaussian-process', title: 'A Gaussian process', line: 'Length, amplitude and noise of the world’s temperatures, by gradient.' },
  { name: 'kalman-filter', title: 'A Kalman filter', line: 'The flow of the Nile, its variances by likelihood, and a smoother for nothing.' },
  { name: 'truss', title: 'The lightest truss', line: 'Ten bars that may not stretch too far, through a system of equations.' },
  { name: 'diagram', title: 'A diagram by rules', line: 'Circles that contain, touch or avoid each other, as you say.' },
  { name: 'chemistry', title: 'Stiff chemistry', line: 'Twenty species in the air of a city, with times from 10⁻⁸ to 60 minutes.' },
] as const

export type PageName = (typeof PAGES)[number]['name']
