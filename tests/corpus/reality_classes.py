"""The real classes that are held against their construction traces, and that mutants are seeded into.

They are building blocks from all over the three packages, taken at random among those that can be made on a CPU in a
moment and have a few parameters of their own.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
from typing import NamedTuple

from torch import nn


class Case(NamedTuple):
    """One class: where it is, what its constructor is given, and the shape of a tensor that its forward pass takes.

    `inputs` is empty where the forward pass takes something else, `ids` where it takes numbers of rows.
    """

    module: str
    name: str
    arguments: str
    inputs: str = ""


TINY: dict[str, object] = {
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "max_position_embeddings"), 64),
    **dict.fromkeys(("intermediate_size", "hidden_dim", "d_ff", "encoder_ffn_dim", "decoder_ffn_dim"), 128),
    **dict.fromkeys(("num_hidden_layers", "encoder_layers", "decoder_layers", "n_layer", "n_layers", "num_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads"), 4),
    **dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 4),
    "num_key_value_heads": 2,
    "vocab_size": 99,
    "image_size": 32,
    "patch_size": 8,
    "num_channels": 3,
    "d_kv": 16,
    "embedding_size": 32,
}
"""What makes the configuration of a model small, in the words of the different models."""


def namespace(module: types.ModuleType) -> dict[str, object]:
    """What the arguments of a case may name: whatever its module does, and `tiny` for a small configuration."""

    def tiny(name: str, **settings: object) -> object:
        kind = getattr(module, name)
        known = set(inspect.signature(kind.__init__).parameters)
        for base in kind.__mro__:
            known.update(getattr(base, "__annotations__", ()))
        if dataclasses.is_dataclass(kind):
            known.update(field.name for field in dataclasses.fields(kind))
        return kind(**{key: value for key, value in TINY.items() if key in known}, **settings)

    return {**vars(module), "nn": nn, "tiny": tiny}


CLASSES: tuple[Case, ...] = (
    Case("timm.layers.attention", "Attention", "dim=64", "2, 16, 64"),
    Case("timm.layers.attention2d", "Attention2d", "dim=64", "2, 64, 8, 8"),
    Case("timm.layers.attention_pool", "AttentionPoolLatent", "in_features=64", "2, 16, 64"),
    Case("timm.layers.attention_pool2d", "AttentionPool2d", "in_features=64", "2, 64, 8, 8"),
    Case(
        "timm.layers.conv2d_same", "Conv2dSameExport", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"
    ),
    Case("timm.layers.lambda_layer", "LambdaLayer", "dim=64", "2, 64, 8, 8"),
    Case("timm.layers.mlp", "GluMlp", "in_features=64", "2, 16, 64"),
    Case("timm.layers.non_local_attn", "NonLocalAttn", "in_channels=32", "2, 32, 8, 8"),
    Case("timm.layers.other_pool", "SimPool2d", "dim=64", "2, 64, 8, 8"),
    Case("timm.layers.patch_embed", "PatchEmbedWithSize", "", "2, 3, 32, 32"),
    Case("timm.layers.selective_kernel", "SelectiveKernel", "in_channels=32", "2, 32, 8, 8"),
    Case("timm.layers.separable_conv", "SeparableConvBnAct", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.layers.squeeze_excite", "SqueezeExcite", "channels=32", "2, 32, 8, 8"),
    Case(
        "timm.layers.std_conv", "ScaledStdConv2dSame", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"
    ),
    Case("timm.models._efficientnet_blocks", "EdgeResidual", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.byobnet", "MobileOneBlock", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.cait", "ClassAttn", "dim=64", "2, 16, 64"),
    Case("timm.models.convmixer", "ConvMixer", "dim=64, depth=2", "2, 3, 32, 32"),
    Case("timm.models.convnext", "ConvNeXtBlock", "in_chs=32", "2, 32, 8, 8"),
    Case("timm.models.crossvit", "CrossAttentionBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.csatv2", "Block", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.cspnext", "CspNextBlock", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.davit", "ConvPosEnc", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.deepseek_vit", "DeepseekVitBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.dpn", "BnActConv2d", "in_chs=32, out_chs=64, kernel_size=3, stride=1", "2, 32, 8, 8"),
    Case("timm.models.edgenext", "CrossCovarianceAttn", "dim=64", "2, 16, 64"),
    Case("timm.models.efficientformer", "MetaBlock2d", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.efficientvim", "HSMSSD", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.efficientvit_mit", "MBConv", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.efficientvit_msra", "PatchEmbedding", "in_chans=3, dim=64", "2, 3, 32, 32"),
    Case("timm.models.eva", "EvaBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.fastvit", "RepMixerBlock", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.focalnet", "Downsample", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.gcvit", "FeatureBlock", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.ghostnet", "GhostModuleV3", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.hgnet", "LightConvBNAct", "in_chs=32, out_chs=64, kernel_size=3", "2, 32, 8, 8"),
    Case("timm.models.inception_next", "MlpClassifierHead", "in_features=64", "2, 64, 8, 8"),
    Case("timm.models.inception_v3", "InceptionAux", "in_channels=32, num_classes=10", "2, 32, 8, 8"),
    Case("timm.models.lcnetv2", "RepDepthwiseSeparable", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.levit", "NormLinear", "in_features=64, out_features=64", "2, 64"),
    Case("timm.models.lowformer", "ConvAttention", "input_dim=64", "2, 64, 8, 8"),
    Case("timm.models.mambaout", "MambaOutStage", "dim=64", "2, 8, 8, 64"),
    Case("timm.models.metaformer", "Stem", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.mobilevit", "MobileVitV2Block", "in_chs=32", "2, 32, 8, 8"),
    Case("timm.models.mvitv2", "PatchEmbed", "", "2, 3, 32, 32"),
    Case("timm.models.nasnet", "BranchSeparables", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"),
    Case("timm.models.nextvit", "EfficientAttention", "dim=64", "2, 16, 64"),
    Case("timm.models.nfnet", "DownsampleAvg", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.pvt_v2", "OverlapPatchEmbed", "", "2, 3, 32, 32"),
    Case("timm.models.qwen3_vit", "Qwen3VitPatchMerger", "dim=64", "2, 8, 8, 64"),
    Case("timm.models.regnet", "Bottleneck", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.repghost", "RepGhostModule", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.repvit", "RepVit", "", "2, 3, 32, 32"),
    Case("timm.models.rexnet", "LinearBottleneck", "in_chs=32, out_chs=64, stride=1", "2, 32, 8, 8"),
    Case(
        "timm.models.sequencer",
        "Sequencer2dStage",
        "dim=64, dim_out=64, depth=2, patch_size=8, hidden_size=64, mlp_ratio=2.0",
        "2, 8, 8, 64",
    ),
    Case("timm.models.shvit", "FFN", "dim=64, embed_dim=64", "2, 64, 8, 8"),
    Case("timm.models.starnet", "ConvBN", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.swiftformer", "Mlp", "in_features=64", "2, 64, 8, 8"),
    Case("timm.models.swin_transformer", "PatchMerging", "dim=64", "2, 8, 8, 64"),
    Case(
        "timm.models.swin_transformer_v2",
        "SwinTransformerV2Block",
        "dim=64, input_resolution=(8, 8), num_heads=4",
        "2, 8, 8, 64",
    ),
    Case(
        "timm.models.swin_transformer_v2_cr",
        "WindowMultiHeadAttention",
        "dim=64, num_heads=4, window_size=4",
        "2, 16, 64",
    ),
    Case("timm.models.tiny_vit", "ConvNorm", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.tnt", "PixelEmbed", "", ""),
    Case("timm.models.twins", "GlobalSubSampleAttn", "dim=64", ""),
    Case("diffusers.models.attention", "LuminaFeedForward", "dim=64, inner_dim=128", "2, 16, 64"),
    Case(
        "diffusers.models.attention_processor",
        "SanaMultiscaleLinearAttention",
        "in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.autoencoders.autoencoder_dc", "EfficientViTBlock", "in_channels=32", "2, 32, 8, 8"),
    Case(
        "diffusers.models.autoencoders.autoencoder_kandinsky6_sr",
        "Kandinsky6SRSafeConv3d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_allegro",
        "AllegroUpBlock3D",
        "in_channels=32, out_channels=64",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_cogvideox",
        "CogVideoXMidBlock3D",
        "in_channels=32, temb_channels=64",
        "2, 32, 4, 8, 8",
    ),
    Case("diffusers.models.autoencoders.autoencoder_kl_cosmos", "CosmosUpsample3d", "in_channels=32", "2, 32, 4, 8, 8"),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_hunyuan_video",
        "HunyuanVideoUpsampleCausal3D",
        "in_channels=32",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_hunyuanvideo15",
        "HunyuanVideo15CausalConv3d",
        "in_channels=32, out_channels=64",
        "2, 32, 4, 8, 8",
    ),
    Case("diffusers.models.autoencoders.autoencoder_kl_kvae_audio", "KVAEAudioResidualUnit", "", "2, 16, 64"),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_ltx2",
        "LTX2VideoResnetBlock3d",
        "in_channels=32",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_qwenimage",
        "QwenImageResidualBlock",
        "in_dim=64, out_dim=64",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_qwenimage21",
        "QwenImage21CausalConv3d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.autoencoders.autoencoder_oobleck", "OobleckResidualUnit", "", "2, 16, 64"),
    Case("diffusers.models.autoencoders.autoencoder_same", "FeedForward", "dim=64", "2, 16, 64"),
    Case("diffusers.models.autoencoders.autoencoder_vidtok", "VidTokDownsample2D", "in_channels=32", "2, 32, 8, 8"),
    Case(
        "diffusers.models.autoencoders.ltx2_diffusion_decoder",
        "LTX2VideoVaeSwiGLU",
        "dim=64, hidden_dim=128",
        "2, 16, 64",
    ),
    Case("diffusers.models.autoencoders.vae", "Encoder", "", "2, 3, 32, 32"),
    Case(
        "diffusers.models.condition_embedders.condition_embedder_anima",
        "AnimaTextConditionerAttention",
        "query_dim=64, context_dim=64, num_attention_heads=4, attention_head_dim=16",
        "2, 16, 64",
    ),
    Case("diffusers.models.controlnets.controlnet_union", "ResidualAttentionMlp", "d_model=64", "2, 16, 64"),
    Case("diffusers.models.downsampling", "CogVideoXDownsample3D", "in_channels=32, out_channels=64", "2, 32, 4, 8, 8"),
    Case("diffusers.models.embeddings", "PatchEmbed", "", "2, 3, 32, 32"),
    Case(
        "diffusers.models.latent_upscaler.latent_upscaler_kandinsky6_sr",
        "Kandinsky6SRLatentUpscalerUpsample",
        "channels=32",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.transformers.ace_step_transformer",
        "AceStepMLP",
        "hidden_size=64, intermediate_size=128",
        "2, 16, 64",
    ),
    Case("diffusers.models.transformers.auraflow_transformer_2d", "AuraFlowFeedForward", "dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_2d_dreamlite",
        "BasicTransformerBlockDreamLite",
        "dim=64, num_attention_heads=4, attention_head_dim=16",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_anyflow",
        "AnyFlowAttention",
        "dim=64, heads=4, dim_head=16",
        "2, 16, 64",
    ),
    Case("diffusers.models.transformers.transformer_bria", "BriaAttention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_bria_fibo", "BriaFiboAttention", "query_dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_bria_fibo2",
        "BriaFibo2Attention",
        "query_dim=64, heads=4, dim_head=16",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_cosmos",
        "CosmosTimestepEmbedding",
        "in_features=64, out_features=64",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_cosmos3",
        "Cosmos3VLTextMLP",
        "hidden_size=64, intermediate_size=128",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_ernie_image",
        "ErnieImagePatchEmbedDynamic",
        "in_channels=32, embed_dim=64, patch_size=8",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.transformers.transformer_flux", "FluxAttention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_flux2", "Flux2FeedForward", "dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_flux3", "Flux3FeedForward", "dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_hidream_image",
        "HiDreamImageFeedForwardSwiGLU",
        "dim=64, hidden_dim=128",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_hunyuan_video15",
        "HunyuanVideo15ImageProjection",
        "in_channels=32, hidden_size=64",
        "2, 3, 32, 32",
    ),
    Case(
        "diffusers.models.transformers.transformer_hunyuan_video_framepack",
        "FramepackClipVisionProjection",
        "in_channels=32, out_channels=64",
        "2, 3, 32, 32",
    ),
    Case(
        "diffusers.models.transformers.transformer_minimax_h3",
        "MiniMaxH3Attention",
        "hidden_size=64, heads=4, dim_head=16",
        "2, 16, 64",
    ),
    Case("diffusers.models.transformers.transformer_motif_video", "MotifVideoAttention", "query_dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_omnigen",
        "OmniGenFeedForward",
        "hidden_size=64, intermediate_size=128",
        "2, 16, 64",
    ),
    Case("diffusers.models.transformers.transformer_prx", "MLPEmbedder", "in_dim=64, hidden_dim=128", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_qwenimage21",
        "QwenImage21Attention",
        "dim=64, heads=4, dim_head=16",
        "2, 16, 64",
    ),
    Case("diffusers.models.transformers.transformer_sana_wm", "SanaWMMlp", "in_features=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_sana_wm_refiner", "SanaWMLTX2Attention", "query_dim=64", "2, 16, 64"
    ),
    Case(
        "diffusers.models.transformers.transformer_wan_animate",
        "MotionConv2d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.transformers.transformer_z_image", "FinalLayer", "hidden_size=64, out_channels=64", ""),
    Case(
        "diffusers.models.unets.unet_dreamlite",
        "DepthwiseSeparableConv",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.upsampling", "CogVideoXUpsample3D", "in_channels=32, out_channels=64", "2, 32, 4, 8, 8"),
    Case("transformers.models.albert.modeling_albert", "AlbertLayer", 'config=tiny("AlbertConfig")', "2, 16, 64"),
    Case(
        "transformers.models.align.modeling_align",
        "AlignVisionExpansionLayer",
        'config=tiny("AlignVisionConfig"), in_dim=64, out_dim=64, stride=1',
        "2, 64, 8, 8",
    ),
    Case(
        "transformers.models.altclip.modeling_altclip",
        "AltCLIPVisionEmbeddings",
        'config=tiny("AltCLIPVisionConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.audio_spectrogram_transformer.modeling_audio_spectrogram_transformer",
        "ASTLayer",
        'config=tiny("ASTConfig")',
        "2, 16, 64",
    ),
    Case("transformers.models.axk2.modeling_axk2", "AXK2GateMLP", 'config=tiny("AXK2Config")', "2, 16, 64"),
    Case(
        "transformers.models.bailing_hybrid.modeling_bailing_hybrid",
        "BailingHybridDecoderLayer",
        'config=tiny("BailingHybridConfig"), layer_idx=0',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.bamba.modeling_bamba",
        "BambaDecoderLayer",
        'config=tiny("BambaConfig"), layer_idx=0',
        "2, 16, 64",
    ),
    Case("transformers.models.bart.modeling_bart", "BartDecoderLayer", 'config=tiny("BartConfig")', "2, 16, 64"),
    Case("transformers.models.beit.modeling_beit", "BeitFPNUpBlock", "hidden_size=64", "2, 64, 8, 8"),
    Case(
        "transformers.models.bigbird_pegasus.modeling_bigbird_pegasus",
        "BigBirdPegasusDecoderLayer",
        'config=tiny("BigBirdPegasusConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.biogpt.modeling_biogpt", "BioGptDecoderLayer", 'config=tiny("BioGptConfig")', "2, 16, 64"
    ),
    Case(
        "transformers.models.blenderbot_small.modeling_blenderbot_small",
        "BlenderbotSmallDecoderLayer",
        'config=tiny("BlenderbotSmallConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.blip_2.modeling_blip_2",
        "Blip2VisionEmbeddings",
        'config=tiny("Blip2VisionConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.bridgetower.modeling_bridgetower",
        "BridgeTowerVisionEmbeddings",
        'config=tiny("BridgeTowerVisionConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.chameleon.modeling_chameleon",
        "ChameleonVQVAEEncoderAttnBlock",
        "in_channels=32",
        "2, 32, 8, 8",
    ),
    Case(
        "transformers.models.chinese_clip.modeling_chinese_clip",
        "ChineseCLIPVisionEmbeddings",
        'config=tiny("ChineseCLIPVisionConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.cohere2_moe.modeling_cohere2_moe",
        "Cohere2MoeMLP",
        'config=tiny("Cohere2MoeConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.conditional_detr.modeling_conditional_detr",
        "ConditionalDetrMLP",
        'config=tiny("ConditionalDetrConfig"), hidden_size=64, intermediate_size=128',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.cosmos3_edge.modeling_cosmos3_edge",
        "Cosmos3EdgeTextMLP",
        'config=tiny("Cosmos3EdgeTextConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.cpmant.modeling_cpmant", "CpmAntDenseGatedACT", 'config=tiny("CpmAntConfig")', "2, 16, 64"
    ),
    Case("transformers.models.cvt.modeling_cvt", "CvtIntermediate", "embed_dim=64, mlp_ratio=2.0", "2, 16, 64"),
    Case(
        "transformers.models.d_fine.modeling_d_fine",
        "DFineSelfAttention",
        'config=tiny("DFineConfig"), hidden_size=64, num_attention_heads=4',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.dab_detr.modeling_dab_detr",
        "DabDetrDecoderLayerFFN",
        'config=tiny("DabDetrConfig")',
        "2, 16, 64",
    ),
    Case("transformers.models.dac.modeling_dac", "DacResidualUnit", "", "2, 16, 64"),
    Case(
        "transformers.models.deepseek_ocr2.modeling_deepseek_ocr2",
        "DeepseekOcr2TextMLP",
        'config=tiny("DeepseekOcr2TextConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.deepseek_v2.modeling_deepseek_v2",
        "DeepseekV2MLP",
        'config=tiny("DeepseekV2Config")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.deepseek_v4.modeling_deepseek_v4",
        "DeepseekV4MLP",
        'config=tiny("DeepseekV4Config")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.deformable_detr.modeling_deformable_detr",
        "DeformableDetrSelfAttention",
        'config=tiny("DeformableDetrConfig"), hidden_size=64, num_attention_heads=4',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.deimv2.modeling_deimv2",
        "Deimv2SpatialTuningAdapter",
        'config=tiny("Deimv2Config")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.diffusion_gemma.modeling_diffusion_gemma",
        "DiffusionGemmaText4MLP",
        'config=tiny("DiffusionGemmaTextConfig"), layer_idx=0',
        "2, 16, 64",
    ),
    Case("transformers.models.dinov2.modeling_dinov2", "Dinov2Attention", 'config=tiny("Dinov2Config")', "2, 16, 64"),
    Case(
        "transformers.models.dinov2_with_registers.modeling_dinov2_with_registers",
        "Dinov2WithRegistersLayer",
        'config=tiny("Dinov2WithRegistersConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.dinov3_vit.modeling_dinov3_vit",
        "DINOv3ViTEmbeddings",
        'config=tiny("DINOv3ViTConfig")',
        "2, 3, 32, 32",
    ),
    Case("transformers.models.distilbert.modeling_distilbert", "Embeddings", 'config=tiny("DistilBertConfig")', "ids"),
    Case("transformers.models.doge.modeling_doge", "DogeCDMoE", 'config=tiny("DogeConfig")', "2, 16, 64"),
    Case(
        "transformers.models.dots3_note.modeling_dots3_note",
        "Dots3NoteVisionMerger",
        "dim=64, context_dim=64",
        "2, 16, 64",
    ),
    Case("transformers.models.dpt.modeling_dpt", "DPTViTIntermediate", 'config=tiny("DPTConfig")', "2, 16, 64"),
    Case(
        "transformers.models.edgetam.modeling_edgetam",
        "EdgeTamFeedForward",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.edgetam_video.modeling_edgetam_video",
        "EdgeTamVideoFeedForward",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.efficientnet.modeling_efficientnet",
        "EfficientNetEmbeddings",
        'config=tiny("EfficientNetConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.electra.modeling_electra",
        "ElectraSequenceSummary",
        'config=tiny("ElectraConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.embedding_gemma2.modeling_embedding_gemma2",
        "EmbeddingGemma2TextPLE",
        'config=tiny("EmbeddingGemma2TextConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.emu3.modeling_emu3",
        "Emu3VQVAEAttentionBlock",
        'config=tiny("Emu3VQVAEConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.eomt_dinov3.modeling_eomt_dinov3",
        "EomtDinov3Embeddings",
        'config=tiny("EomtDinov3Config")',
        "2, 3, 32, 32",
    ),
    Case("transformers.models.esm.modeling_esmfold", "EsmFoldLinear", "in_dim=64, out_dim=64", "2, 16, 64"),
    Case(
        "transformers.models.esmfold2.modeling_esmfold2",
        "EsmFold2SwiGLU",
        "hidden_size=64, intermediate_size=128",
        "2, 16, 64",
    ),
)
"""Every class under test."""
