#pragma once

/// \file
/// Deep learning from scratch in C++17, one stone on another. This header brings the
/// whole library: tensors and the tape (cairn), layers (cairn::nn), optimizers
/// (cairn::optim), data (cairn::data), the training driver (cairn::train), files
/// (cairn::io) and charts (cairn::plot).

#include <cairn/autograd/function.h>
#include <cairn/autograd/grad_mode.h>
#include <cairn/autograd/gradcheck.h>
#include <cairn/core/error.h>
#include <cairn/core/memory.h>
#include <cairn/core/parallel.h>
#include <cairn/core/random.h>
#include <cairn/core/state_dict.h>
#include <cairn/core/tensor.h>
#include <cairn/data/csv.h>
#include <cairn/data/dataset.h>
#include <cairn/data/fashion_mnist.h>
#include <cairn/data/idx.h>
#include <cairn/data/loader.h>
#include <cairn/data/synthetic_digits.h>
#include <cairn/io/checkpoint.h>
#include <cairn/io/safetensors.h>
#include <cairn/kernels/conv/conv_algorithm.h>
#include <cairn/kernels/cpu.h>
#include <cairn/kernels/gemm/gemm.h>
#include <cairn/nn/activation.h>
#include <cairn/nn/conv.h>
#include <cairn/nn/dropout.h>
#include <cairn/nn/init.h>
#include <cairn/nn/linear.h>
#include <cairn/nn/module.h>
#include <cairn/nn/norm.h>
#include <cairn/nn/pool.h>
#include <cairn/nn/sequential.h>
#include <cairn/nn/shape.h>
#include <cairn/ops/channels_last.h>
#include <cairn/ops/conv.h>
#include <cairn/ops/dropout.h>
#include <cairn/ops/elementwise.h>
#include <cairn/ops/loss.h>
#include <cairn/ops/matmul.h>
#include <cairn/ops/norm.h>
#include <cairn/ops/pool.h>
#include <cairn/ops/reduce.h>
#include <cairn/ops/shape.h>
#include <cairn/ops/softmax.h>
#include <cairn/optim/adagrad.h>
#include <cairn/optim/adam.h>
#include <cairn/optim/adamw.h>
#include <cairn/optim/clip.h>
#include <cairn/optim/one_cycle.h>
#include <cairn/optim/optimizer.h>
#include <cairn/optim/plateau.h>
#include <cairn/optim/rmsprop.h>
#include <cairn/optim/schedule.h>
#include <cairn/optim/schedules.h>
#include <cairn/optim/sequential_lr.h>
#include <cairn/optim/sgd.h>
#include <cairn/plot/plot.h>
#include <cairn/train/callbacks.h>
#include <cairn/train/checkpoint.h>
#include <cairn/train/history.h>
#include <cairn/train/metrics.h>
#include <cairn/train/model.h>
#include <cairn/train/progress.h>
