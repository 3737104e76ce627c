// What the command line needs of the simulator.

export { addSimulateOptions, runSimulate } from './run-simulate.ts';
