"""The names of what torch's layers have besides their parameters: settings, buffers, methods, parts.

A layer that is asked for any other name raises, unless the program has given it an attribute of that name.
"""

from __future__ import annotations

_MODULES = """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
    mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
    share_memory state_dict to to_empty train training type xpu zero_grad
"""

OF_MODULES = frozenset(_MODULES.split())
"""What every module has."""

_LAYERS = """
    add_zero_attn affine all_weights batch_first bias bias_hh bias_ih bias_k bias_v bidirectional check_forward_args
    check_hidden_size check_input convert_sync_batchnorm cls_to_become dilation dropout elementwise_affine embed_dim
    embedding_dim eps flatten_parameters freeze from_pretrained get_expected_cell_size get_expected_hidden_size groups
    has_uninitialized_params head_dim hidden_size in1_features in2_features in_channels in_features in_proj_bias
    in_proj_weight include_last_offset init initialize_parameters input_size k_proj_weight kdim kernel_size max_norm
    merge_masks mode momentum nonlinearity norm_type normalized_shape num_batches_tracked num_channels num_embeddings
    num_features num_groups num_heads num_layers num_parameters out_channels out_features out_proj output_padding
    padding padding_idx padding_mode parametrizations permute_hidden process_group proj_size q_proj_weight
    reset_parameters reset_running_stats running_mean running_var scale_grad_by_freq sparse stride track_running_stats
    transposed v_proj_weight vdim weight
"""

OF_LAYERS = OF_MODULES | frozenset(_LAYERS.split())
"""What any layer with parameters of its own has, or comes to have by a wrapper of torch; no layer has all of it."""

ELSEWHERE = {
    **dict.fromkeys(("kernel", "embeddings", "embedding", "gamma", "scale", "W", "w"), "weight"),
    **dict.fromkeys(("beta", "b"), "bias"),
}
"""What other frameworks call the parameters of their layers, with torch's names for them."""
