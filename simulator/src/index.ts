// What the command line uses of the simulator.

export { addSimulateOptions, runSimulate } from './run-simulate.ts';
