"""An independent evaluation of TFLite models: TFLite Micro's reference kernels
by their definitions, in plain Python. Shares nothing with the compiler."""
