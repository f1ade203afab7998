"""Started by Jupyter: python -m cairn_kernel -f CONNECTION_FILE."""

from ipykernel.kernelapp import IPKernelApp

from .kernel import CairnKernel

IPKernelApp.launch_instance(kernel_class=CairnKernel)
