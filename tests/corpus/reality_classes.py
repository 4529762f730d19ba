"""The real classes that are held against their construction traces, and that mutants are seeded into.

They are building blocks from all over the packages, taken at random among those that can be made on a CPU in a
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
    Case("timm.layers.attention2d", "MultiQueryAttentionV2", "dim=64", "2, 64, 8, 8"),
    Case("timm.layers.attention_pool", "AttentionPoolLatent", "in_features=64", "2, 16, 64"),
    Case("timm.layers.attention_pool2d", "RotAttentionPool2d", "in_features=64", "2, 64, 8, 8"),
    Case("timm.layers.conv2d_same", "Conv2dSame", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"),
    Case("timm.layers.lambda_layer", "LambdaLayer", "dim=64", "2, 64, 8, 8"),
    Case("timm.layers.mlp", "GlobalResponseNormMlp", "in_features=64", "2, 16, 64"),
    Case("timm.layers.non_local_attn", "NonLocalAttn", "in_channels=32", "2, 32, 8, 8"),
    Case("timm.layers.patch_embed", "PatchEmbedWithSize", "", "2, 3, 32, 32"),
    Case("timm.layers.selective_kernel", "SelectiveKernel", "in_channels=32", "2, 32, 8, 8"),
    Case("timm.layers.separable_conv", "SeparableConvBnAct", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.layers.squeeze_excite", "SEModule", "channels=32", "2, 32, 8, 8"),
    Case(
        "timm.layers.std_conv", "ScaledStdConv2dSame", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"
    ),
    Case("timm.models._efficientnet_blocks", "InvertedResidual", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.byobnet", "EdgeBlock", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.cait", "LayerScaleBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.convnext", "ConvNeXtBlock", "in_chs=32", "2, 32, 8, 8"),
    Case("timm.models.crossvit", "CrossAttention", "dim=64", "2, 16, 64"),
    Case("timm.models.csatv2", "Block", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.cspnext", "CspNextBlock", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.davit", "ChannelAttentionV2", "dim=64", "2, 16, 64"),
    Case("timm.models.deepseek_vit", "DeepseekVitBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.dpn", "BnActConv2d", "in_chs=32, out_chs=64, kernel_size=3, stride=1", "2, 32, 8, 8"),
    Case("timm.models.edgenext", "CrossCovarianceAttn", "dim=64", "2, 16, 64"),
    Case("timm.models.efficientformer", "ConvMlpWithNorm", "in_features=64", "2, 64, 8, 8"),
    Case("timm.models.efficientvim", "ConvLayer2d", "in_dim=64, out_dim=64", "2, 64, 8, 8"),
    Case("timm.models.efficientvit_mit", "ConvBlock", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.efficientvit_msra", "NormLinear", "in_features=64, out_features=64", "2, 64"),
    Case("timm.models.eva", "EvaBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.fastvit", "RepConditionalPosEnc", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.focalnet", "Downsample", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.gcvit", "MbConvBlock", "in_chs=32", "2, 32, 8, 8"),
    Case("timm.models.ghostnet", "GhostModule", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.hgnet", "ClassifierHead", "in_features=64, num_classes=10", "2, 64, 8, 8"),
    Case("timm.models.inception_next", "MetaNeXtBlock", "dim=64", "2, 64, 8, 8"),
    Case("timm.models.inception_v3", "InceptionAux", "in_channels=32, num_classes=10", "2, 32, 8, 8"),
    Case("timm.models.lcnetv2", "RepDepthwiseSeparable", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.levit", "ConvNorm", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.lowformer", "ConvAttention", "input_dim=64", "2, 64, 8, 8"),
    Case("timm.models.mambaout", "MlpHead", "in_features=64", "2, 8, 8, 64"),
    Case("timm.models.metaformer", "Downsampling", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"),
    Case("timm.models.mobilevit", "LinearTransformerBlock", "embed_dim=64", "2, 64, 8, 8"),
    Case("timm.models.mvitv2", "PatchEmbed", "", "2, 3, 32, 32"),
    Case("timm.models.nasnet", "ActConvBn", "in_channels=32, out_channels=64, kernel_size=3", "2, 32, 8, 8"),
    Case("timm.models.nextvit", "ConvNormAct", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.pvt_v2", "PyramidVisionTransformerStage", "dim=64, dim_out=64, depth=2", "2, 64, 8, 8"),
    Case("timm.models.qwen3_vit", "Qwen3VitPatchMerger", "dim=64", "2, 8, 8, 64"),
    Case("timm.models.regnet", "Bottleneck", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.repghost", "RepGhostModule", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case(
        "timm.models.sequencer",
        "Sequencer2dStage",
        "dim=64, dim_out=64, depth=2, patch_size=8, hidden_size=64, mlp_ratio=2.0",
        "2, 8, 8, 64",
    ),
    Case("timm.models.shvit", "FFN", "dim=64, embed_dim=64", "2, 64, 8, 8"),
    Case("timm.models.starnet", "ConvBN", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("timm.models.swiftformer", "Mlp", "in_features=64", "2, 64, 8, 8"),
    Case(
        "timm.models.swin_transformer",
        "SwinTransformerStage",
        "dim=64, out_dim=64, input_resolution=(8, 8), depth=2",
        "2, 8, 8, 64",
    ),
    Case(
        "timm.models.swin_transformer_v2",
        "SwinTransformerV2Block",
        "dim=64, input_resolution=(8, 8), num_heads=4",
        "2, 8, 8, 64",
    ),
    Case("timm.models.tiny_vit", "TinyVitBlock", "dim=64, num_heads=4", "2, 8, 8, 64"),
    Case("timm.models.tnt", "PixelEmbed", "", ""),
    Case("timm.models.vision_transformer", "ResPostBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.vision_transformer_hybrid", "ConvStem", "", "2, 3, 32, 32"),
    Case("timm.models.vision_transformer_relpos", "RelPosBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.vitamin", "Stem", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.volo", "ClassAttention", "dim=64", "2, 16, 64"),
    Case("timm.models.xception_aligned", "SeparableConv2d", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.xcit", "ClassAttentionBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("diffusers.models.attention_processor", "Attention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.autoencoders.autoencoder_cosmos3_audio", "Cosmos3AudioResidualUnit", "", "2, 16, 64"),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_cosmos", "CosmosDownsample3d", "in_channels=32", "2, 32, 4, 8, 8"
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_hunyuanimage_refiner",
        "HunyuanImageRefinerCausalConv3d",
        "in_channels=32, out_channels=64",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_hunyuanvideo15",
        "HunyuanVideo15CausalConv3d",
        "in_channels=32, out_channels=64",
        "2, 32, 4, 8, 8",
    ),
    Case("diffusers.models.autoencoders.autoencoder_kl_kvae", "KVAEPXSUpsample", "in_channels=32", "2, 32, 8, 8"),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_kvae_audio", "KVAEAudioAttention", "dim=64, heads=4", "2, 16, 64"
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_kvae_video",
        "KVAESafeConv3d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_ltx2_audio", "LTX2AudioAttnBlock", "in_channels=32", "2, 32, 8, 8"
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_magvit",
        "EasyAnimateResidualBlock3D",
        "in_channels=32, out_channels=64",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_minimax_h3_audio",
        "MiniMaxH3AudioCausalAttention",
        "in_dim=64, out_dim=64, num_heads=4",
        "2, 16, 64",
    ),
    Case("diffusers.models.autoencoders.autoencoder_kl_mochi", "MochiMidBlock3D", "in_channels=32", "2, 32, 4, 8, 8"),
    Case(
        "diffusers.models.autoencoders.autoencoder_kl_qwenimage21",
        "QwenImage21CausalConv3d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.autoencoders.autoencoder_oobleck", "OobleckResidualUnit", "", "2, 16, 64"),
    Case(
        "diffusers.models.autoencoders.autoencoder_rae",
        "ViTMAELayer",
        "hidden_size=64, num_attention_heads=4, intermediate_size=128",
        "2, 16, 64",
    ),
    Case("diffusers.models.autoencoders.vae", "Decoder", "", "2, 3, 32, 32"),
    Case("diffusers.models.controlnets.controlnet_z_image", "FeedForward", "dim=64, hidden_dim=128", "2, 16, 64"),
    Case("diffusers.models.embeddings", "TimestepEmbedding", "in_channels=32, time_embed_dim=64", "2, 3, 32, 32"),
    Case(
        "diffusers.models.transformers.minimax_music3_rvq_depth_decoder",
        "MiniMaxMusic3DepthDecoderBlock",
        "dim=64, heads=4, intermediate_size=128",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_2d_dreamlite",
        "BasicTransformerBlockDreamLite",
        "dim=64, num_attention_heads=4, attention_head_dim=16",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_anyflow",
        "AnyFlowImageEmbedding",
        "in_features=64, out_features=64",
        "2, 16, 64",
    ),
    Case("diffusers.models.transformers.transformer_bria", "BriaAttention", "query_dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_chroma",
        "ChromaApproximator",
        "in_dim=64, out_dim=64, hidden_dim=128",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_chronoedit",
        "WanTimeTextImageEmbedding",
        "dim=64, time_freq_dim=64, time_proj_dim=64, text_embed_dim=64",
        "",
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
    Case("diffusers.models.transformers.transformer_flux2", "Flux2ParallelSelfAttention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_flux3", "Flux3Attention", "query_dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_hidream_image",
        "HiDreamImageFeedForwardSwiGLU",
        "dim=64, hidden_dim=128",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_hunyuan_video", "HunyuanVideoAdaNorm", "in_features=64", "2, 16, 64"
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
    Case("diffusers.models.transformers.transformer_hunyuanimage", "HunyuanImagePatchEmbed", "", "2, 3, 32, 32"),
    Case(
        "diffusers.models.transformers.transformer_kandinsky",
        "Kandinsky5FeedForward",
        "dim=64, ff_dim=128",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_longcat_image", "LongCatImageAttention", "query_dim=64", "2, 16, 64"
    ),
    Case("diffusers.models.transformers.transformer_ltx", "LTXAttention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_ltx2", "LTX2Attention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_ovis_image", "OvisImageAttention", "query_dim=64", "2, 16, 64"),
    Case("diffusers.models.transformers.transformer_prx", "MLPEmbedder", "in_dim=64, hidden_dim=128", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_sana_wm_refiner", "SanaWMLTX2Attention", "query_dim=64", "2, 16, 64"
    ),
    Case("diffusers.models.transformers.transformer_stable_audio3", "StableAudio3FeedForward", "dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.transformers.transformer_wan",
        "WanImageEmbedding",
        "in_features=64, out_features=64",
        "2, 16, 64",
    ),
    Case(
        "diffusers.models.transformers.transformer_wan_animate",
        "MotionConv2d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case("diffusers.models.transformers.transformer_wan_animate_2", "MLPProj", "in_dim=64, out_dim=64", "2, 16, 64"),
    Case(
        "diffusers.models.unets.unet_2d_blocks", "DownEncoderBlock2D", "in_channels=32, out_channels=64", "2, 32, 8, 8"
    ),
    Case(
        "diffusers.models.unets.unet_dreamlite",
        "DepthwiseSeparableConv",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case(
        "diffusers.models.unets.unet_i2vgen_xl",
        "I2VGenXLTransformerTemporalEncoder",
        "dim=64, num_attention_heads=4, attention_head_dim=16",
        "2, 16, 64",
    ),
    Case("diffusers.models.upsampling", "CogVideoXUpsample3D", "in_channels=32, out_channels=64", "2, 32, 4, 8, 8"),
    Case("transformers.models.aimv2.modeling_aimv2", "Aimv2TextEmbeddings", 'config=tiny("Aimv2TextConfig")', "ids"),
    Case(
        "transformers.models.bigbird_pegasus.modeling_bigbird_pegasus",
        "BigBirdPegasusDecoderLayer",
        'config=tiny("BigBirdPegasusConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.blenderbot.modeling_blenderbot",
        "BlenderbotDecoderLayer",
        'config=tiny("BlenderbotConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.cosmos3_edge.modeling_cosmos3_edge",
        "Cosmos3EdgeTextMLP",
        'config=tiny("Cosmos3EdgeTextConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.d_fine.modeling_d_fine",
        "DFineSelfAttention",
        'config=tiny("DFineConfig"), hidden_size=64, num_attention_heads=4',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.dab_detr.modeling_dab_detr",
        "DabDetrMLP",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.deepseek_v4.modeling_deepseek_v4",
        "DeepseekV4MLP",
        'config=tiny("DeepseekV4Config")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.dinov2.modeling_dinov2",
        "Dinov2PatchEmbeddings",
        'config=tiny("Dinov2Config")',
        "2, 3, 32, 32",
    ),
    Case("transformers.models.distilbert.modeling_distilbert", "Embeddings", 'config=tiny("DistilBertConfig")', "ids"),
    Case(
        "transformers.models.edgetam_video.modeling_edgetam_video",
        "EdgeTamVideoFeedForward",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.electra.modeling_electra",
        "ElectraSequenceSummary",
        'config=tiny("ElectraConfig")',
        "2, 16, 64",
    ),
    Case("transformers.models.eomt.modeling_eomt", "EomtScaleBlock", 'config=tiny("EomtConfig")', "2, 64, 8, 8"),
    Case(
        "transformers.models.exaone4_5.modeling_exaone4_5",
        "Exaone4_5_PatchMerger",
        "dim=64, context_dim=64",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.flava.modeling_flava",
        "FlavaImageEmbeddings",
        'config=tiny("FlavaImageConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.granite_speech_plus.modeling_granite_speech_plus",
        "GraniteSpeechPlusConformerFeedForward",
        'config=tiny("GraniteSpeechPlusEncoderConfig")',
        "2, 16, 128",
    ),
    Case(
        "transformers.models.granitemoehybrid.modeling_granitemoehybrid",
        "GraniteMoeHybridMoE",
        'config=tiny("GraniteMoeHybridConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.hunyuan_v1_moe.modeling_hunyuan_v1_moe",
        "HunYuanMoEV1MLP",
        'config=tiny("HunYuanMoEV1Config")',
        "2, 16, 64",
    ),
    Case("transformers.models.ijepa.modeling_ijepa", "IJepaMLP", 'config=tiny("IJepaConfig")', "2, 16, 64"),
    Case("transformers.models.jetmoe.modeling_jetmoe", "JetMoeMoE", 'config=tiny("JetMoeConfig")', "2, 16, 64"),
    Case(
        "transformers.models.kosmos2_5.modeling_kosmos2_5",
        "Kosmos2_5VisionMlp",
        'config=tiny("Kosmos2_5VisionConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.levit.modeling_levit", "LevitClassificationLayer", "input_dim=64, output_dim=64", "2, 64"
    ),
    Case("transformers.models.lfm2_moe.modeling_lfm2_moe", "Lfm2MoeMLP", 'config=tiny("Lfm2MoeConfig")', "2, 16, 64"),
    Case(
        "transformers.models.lfm3.modeling_lfm3", "Lfm3ShortConv", 'config=tiny("Lfm3Config"), layer_idx=0', "2, 16, 64"
    ),
    Case(
        "transformers.models.lw_detr.modeling_lw_detr",
        "LwDetrRepVggBlock",
        'config=tiny("LwDetrConfig")',
        "2, 32, 8, 8",
    ),
    Case("transformers.models.mbart.modeling_mbart", "MBartDecoderLayer", 'config=tiny("MBartConfig")', "2, 16, 64"),
    Case(
        "transformers.models.mobilevitv2.modeling_mobilevitv2",
        "MobileViTV2MobileNetLayer",
        'config=tiny("MobileViTV2Config"), in_channels=32, out_channels=64',
        "2, 32, 8, 8",
    ),
    Case(
        "transformers.models.nemotron_asr_streaming.modeling_nemotron_asr_streaming",
        "NemotronAsrStreamingEncoderFeedForward",
        'config=tiny("NemotronAsrStreamingEncoderConfig")',
        "2, 16, 64",
    ),
    Case("transformers.models.neomme.modeling_neomme", "NeoMMEEmbeddings", 'config=tiny("NeoMMEConfig")', "ids"),
    Case(
        "transformers.models.neucodec.modeling_neucodec",
        "NeuCodecISTFTHead",
        'config=tiny("NeuCodecConfig")',
        "2, 16, 64",
    ),
    Case("transformers.models.opt.modeling_opt", "OPTAttention", 'config=tiny("OPTConfig")', "2, 16, 64"),
    Case(
        "transformers.models.patchtsmixer.modeling_patchtsmixer",
        "PatchTSMixerPretrainHead",
        'config=tiny("PatchTSMixerConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.pegasus.modeling_pegasus",
        "PegasusDecoderLayer",
        'config=tiny("PegasusConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.pixio.modeling_pixio", "PixioPatchEmbeddings", 'config=tiny("PixioConfig")', "2, 3, 32, 32"
    ),
    Case(
        "transformers.models.pp_ocrv5_server_det.modeling_pp_ocrv5_server_det",
        "PPOCRV5ServerDetConvBatchnormLayer",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case(
        "transformers.models.qwen4_exp.modeling_qwen4_exp",
        "Qwen4ExpVisionPatchMerger",
        'config=tiny("Qwen4ExpVisionConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.rt_detr.modeling_rt_detr",
        "RTDetrMLPPredictionHead",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.rt_detr_v2.modeling_rt_detr_v2",
        "RTDetrV2MLPPredictionHead",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.sam3_tracker.modeling_sam3_tracker",
        "Sam3TrackerFeedForward",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.sam3_tracker_video.modeling_sam3_tracker_video",
        "Sam3TrackerVideoFeedForward",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.splinter.modeling_splinter",
        "SplinterFullyConnectedLayer",
        "input_dim=64, output_dim=64",
        "2, 16, 64",
    ),
    Case(
        "transformers.models.step3p7.modeling_step3p7",
        "Step3p7VisionEmbeddings",
        'config=tiny("Step3p7VisionConfig")',
        "2, 3, 32, 32",
    ),
    Case(
        "transformers.models.ultrabert.modeling_ultrabert",
        "UltrabertPredictionHead",
        'config=tiny("UltrabertConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.videomae.modeling_videomae",
        "VideoMAESelfAttention",
        'config=tiny("VideoMAEConfig")',
        "2, 16, 64",
    ),
    Case(
        "transformers.models.videoprism.modeling_videoprism",
        "VideoPrismTextEmbeddings",
        'config=tiny("VideoPrismTextConfig")',
        "ids",
    ),
    Case("transformers.models.xlnet.modeling_xlnet", "XLNetSequenceSummary", 'config=tiny("XLNetConfig")', "2, 16, 64"),
    Case(
        "transformers.models.yolos.modeling_yolos",
        "YolosMLPPredictionHead",
        "input_dim=64, hidden_dim=128, output_dim=64, num_layers=2",
        "2, 16, 64",
    ),
    Case(
        "timm.models.vision_transformer",
        "VisionTransformer",
        "img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=4, num_classes=10",
        "2, 3, 32, 32",
    ),
    Case("timm.models.resnet", "ResNet", "block=BasicBlock, layers=(1, 1, 1, 1), num_classes=10", "2, 3, 64, 64"),
    Case(
        "timm.models.swin_transformer",
        "SwinTransformer",
        "img_size=32, patch_size=2, embed_dim=16, depths=(1, 1), num_heads=(2, 2), window_size=4",
        "2, 3, 32, 32",
    ),
    Case(
        "timm.models.mlp_mixer",
        "MlpMixer",
        "num_blocks=2, img_size=32, patch_size=8, embed_dim=64, num_classes=10",
        "2, 3, 32, 32",
    ),
    Case("timm.models.convnext", "ConvNeXt", "depths=(1, 1, 1, 1), dims=(16, 32, 48, 64)", "2, 3, 64, 64"),
    Case(
        "timm.models.deit",
        "VisionTransformerDistilled",
        "img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=4",
        "2, 3, 32, 32",
    ),
    Case("timm.models.cait", "Cait", "img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=4", "2, 3, 32, 32"),
    Case(
        "timm.models.pvt_v2",
        "PyramidVisionTransformerV2",
        "depths=(1, 1, 1, 1), embed_dims=(16, 32, 48, 64), num_heads=(1, 2, 2, 4)",
        "2, 3, 64, 64",
    ),
    Case(
        "timm.models.twins",
        "Twins",
        "img_size=64, embed_dims=(16, 32, 48, 64), num_heads=(1, 2, 2, 4), depths=(1, 1, 1, 1)",
        "2, 3, 64, 64",
    ),
    Case("timm.models.xcit", "Xcit", "img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=4", "2, 3, 32, 32"),
    Case(
        "timm.models.tnt",
        "TNT",
        "img_size=32, patch_size=8, embed_dim=64, inner_dim=16, depth=2, num_heads_outer=4",
        "2, 3, 32, 32",
    ),
    Case(
        "timm.models.nest",
        "Nest",
        "img_size=32, patch_size=4, num_levels=2, embed_dims=(16, 32), num_heads=(2, 2), depths=(1, 1)",
        "2, 3, 32, 32",
    ),
    Case(
        "timm.models.beit",
        "Beit",
        "img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=4, init_values=0.1",
        "2, 3, 32, 32",
    ),
    Case(
        "timm.models.dla",
        "DLA",
        "levels=(1, 1, 1, 1, 1, 1), channels=(8, 8, 16, 16, 32, 32), block=DlaBasic",
        "2, 3, 64, 64",
    ),
    Case(
        "timm.models.crossvit",
        "CrossVit",
        "img_size=32, img_scale=(1.0, 1.0), patch_size=(8, 16), embed_dim=(32, 64), "
        "depth=((1, 1, 0),), num_heads=(2, 4), mlp_ratio=(2.0, 2.0, 1.0)",
        "2, 3, 32, 32",
    ),
    Case(
        "timm.models.volo",
        "VOLO",
        "layers=(1, 1), img_size=32, embed_dims=(32, 64), num_heads=(2, 4), "
        "downsamples=(True, False), outlook_attention=(True, False)",
        "",
    ),
    Case("timm.models.metaformer", "MetaFormer", "depths=(1, 1), dims=(16, 32)", "2, 3, 64, 64"),
    Case(
        "timm.models.efficientnet",
        "EfficientNet",
        'block_args=decode_arch_def([["ds_r1_k3_s1_e1_c16"], ["ir_r1_k3_s2_e4_c24"]]), num_features=64, stem_size=16',
        "2, 3, 32, 32",
    ),
    Case("timm.models.densenet", "DenseNet", "growth_rate=8, block_config=(2, 2)", "2, 3, 64, 64"),
    Case(
        "timm.models.edgenext",
        "EdgeNeXt",
        "dims=(16, 32, 48, 64), depths=(1, 1, 1, 1), heads=(2, 2, 4, 4), d2_scales=(2, 2, 3, 4)",
        "2, 3, 64, 64",
    ),
    Case(
        "timm.models.gcvit",
        "GlobalContextVit",
        "img_size=64, depths=(1, 1), num_heads=(2, 4), embed_dim=16, window_ratio=(4, 4)",
        "",
    ),
    Case(
        "timm.models.mvitv2",
        "MultiScaleVit",
        "cfg=MultiScaleVitCfg(depths=(1, 1), embed_dim=(32, 64), num_heads=(1, 2), "
        "stride_q=((1, 1), (2, 2))), img_size=32",
        "",
    ),
    Case(
        "timm.models.naflexvit",
        "NaFlexVit",
        "img_size=32, num_classes=10, cfg=NaFlexVitCfg(patch_size=8, embed_dim=64, depth=2, num_heads=4)",
        "2, 3, 32, 32",
    ),
    Case(
        "timm.models.focalnet",
        "FocalNet",
        "embed_dim=16, depths=(1, 1), focal_levels=(2, 2), focal_windows=(3, 3)",
        "2, 3, 64, 64",
    ),
    Case(
        "timm.models.davit",
        "DaVit",
        "depths=(1, 1), embed_dims=(16, 32), num_heads=(2, 4), window_size=4",
        "2, 3, 32, 32",
    ),
    Case("timm.models.maxxvit", "TransformerBlock2d", "dim=64, dim_out=64", "2, 64, 8, 8"),
    Case("timm.layers.halo_attn", "HaloAttn", "dim=64", "2, 64, 8, 8"),
    Case("timm.layers.mlp", "SwiGLU", "in_features=64", "2, 16, 64"),
    Case("timm.models.vision_transformer", "ParallelScalingBlock", "dim=64, num_heads=4", "2, 16, 64"),
    Case("timm.models.byobnet", "BottleneckBlock", "in_chs=32, out_chs=64", "2, 32, 8, 8"),
    Case("timm.models.starnet", "StarNet", "base_dim=16, depths=(1, 1, 1, 1)", "2, 3, 64, 64"),
    Case("timm.models.iformer", "IFormer", "", ""),
    Case(
        "timm.models.levit",
        "Levit",
        "img_size=64, embed_dim=(32, 48, 64), key_dim=16, depth=(1, 1, 1), num_heads=(2, 3, 4)",
        "2, 3, 64, 64",
    ),
    Case("torchvision.models.densenet", "_Transition", "num_input_features=32, num_output_features=16", "2, 32, 8, 8"),
    Case("torchvision.models.detection.faster_rcnn", "FastRCNNPredictor", "in_channels=32, num_classes=10", ""),
    Case(
        "torchvision.models.detection.fcos",
        "FCOSClassificationHead",
        "in_channels=32, num_anchors=3, num_classes=10",
        "",
    ),
    Case("torchvision.models.detection.fcos", "FCOSHead", "in_channels=32, num_anchors=3, num_classes=10", ""),
    Case(
        "torchvision.models.detection.retinanet",
        "RetinaNetClassificationHead",
        "in_channels=32, num_anchors=3, num_classes=10",
        "",
    ),
    Case("torchvision.models.detection.retinanet", "RetinaNetRegressionHead", "in_channels=32, num_anchors=3", ""),
    Case("torchvision.models.detection.rpn", "RPNHead", "in_channels=32, num_anchors=3", "2, 32, 8, 8"),
    Case("torchvision.models.googlenet", "InceptionAux", "in_channels=32, num_classes=10", "2, 32, 8, 8"),
    Case("torchvision.models.inception", "InceptionB", "in_channels=32", "2, 32, 8, 8"),
    Case("torchvision.models.inception", "InceptionD", "in_channels=32", "2, 32, 8, 8"),
    Case("torchvision.models.optical_flow.raft", "FeatureEncoder", "", "2, 3, 32, 32"),
    Case("torchvision.models.optical_flow.raft", "MaskPredictor", "in_channels=32, hidden_size=64", "2, 32, 8, 8"),
    Case("torchvision.models.resnet", "BasicBlock", "inplanes=32, planes=16", ""),
    Case("torchvision.models.resnet", "Bottleneck", "inplanes=32, planes=16", ""),
    Case("torchvision.models.segmentation.deeplabv3", "ASPPPooling", "in_channels=32, out_channels=64", "2, 32, 8, 8"),
    Case("torchvision.models.segmentation.deeplabv3", "DeepLabHead", "in_channels=32, num_classes=10", "2, 32, 8, 8"),
    Case("torchvision.models.segmentation.fcn", "FCNHead", "in_channels=32, channels=3", "2, 32, 8, 8"),
    Case(
        "torchvision.models.squeezenet",
        "Fire",
        "inplanes=32, squeeze_planes=16, expand1x1_planes=32, expand3x3_planes=32",
        "2, 32, 8, 8",
    ),
    Case("torchvision.models.squeezenet", "SqueezeNet", "", "2, 3, 32, 32"),
    Case("torchvision.models.swin_transformer", "PatchMerging", "dim=64", "2, 16, 64"),
    Case("torchvision.models.swin_transformer", "PatchMergingV2", "dim=64", "2, 16, 64"),
    Case("torchvision.models.video.resnet", "BasicStem", "", ""),
    Case("torchvision.models.video.resnet", "R2Plus1dStem", "", ""),
    Case(
        "torchvision.models.vision_transformer",
        "VisionTransformer",
        "image_size=32, patch_size=8, num_layers=2, num_heads=4, hidden_dim=128, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case(
        "segmentation_models_pytorch.base.heads", "SegmentationHead", "in_channels=32, out_channels=64", "2, 32, 8, 8"
    ),
    Case(
        "segmentation_models_pytorch.base.modules",
        "Conv2dReLU",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case(
        "segmentation_models_pytorch.decoders.deeplabv3.decoder",
        "SeparableConv2d",
        "in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case(
        "segmentation_models_pytorch.decoders.dpt.decoder",
        "DPTSegmentationHead",
        "in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case(
        "segmentation_models_pytorch.decoders.fpn.decoder",
        "SegmentationBlock",
        "in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case(
        "segmentation_models_pytorch.decoders.linknet.decoder",
        "TransposeX2",
        "in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case("segmentation_models_pytorch.decoders.manet.decoder", "PABBlock", "in_channels=32", "2, 32, 8, 8"),
    Case(
        "segmentation_models_pytorch.decoders.pan.decoder", "FPABlock", "in_channels=32, out_channels=64", "2, 32, 8, 8"
    ),
    Case("segmentation_models_pytorch.decoders.pspnet.decoder", "PSPModule", "in_channels=32", "2, 32, 8, 8"),
    Case(
        "segmentation_models_pytorch.decoders.segformer.decoder", "SegformerDecoder", "encoder_channels=(3, 16, 32)", ""
    ),
    Case(
        "segmentation_models_pytorch.decoders.unet.decoder",
        "UnetCenterBlock",
        "in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case(
        "segmentation_models_pytorch.decoders.unetplusplus.decoder",
        "CenterBlock",
        "in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case(
        "vit_pytorch.attn_residual_with_dca_simple_vit",
        "TransformerBlock",
        "dim=64, heads=4, dim_head=16, mlp_dim=128",
        "",
    ),
    Case("vit_pytorch.cct", "TransformerEncoderLayer", "d_model=64, nhead=4", "2, 16, 64"),
    Case("vit_pytorch.cross_vit", "ImageEmbedder", "dim=64, image_size=32, patch_size=8", "2, 3, 32, 32"),
    Case(
        "vit_pytorch.deepvit",
        "DeepViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.es_vit", "MLP", "dim=64, dim_out=64, num_layers=2", "2, 16, 64"),
    Case(
        "vit_pytorch.jet_vit",
        "JetViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.levjepa_nd", "WeightStandardizedLinear", "dim=64, dim_out=64", "2, 16, 64"),
    Case(
        "vit_pytorch.local_vit",
        "LocalViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "",
    ),
    Case("vit_pytorch.looped_vit", "AdaptiveLoopGate", "dim=64", "2, 16, 64"),
    Case("vit_pytorch.max_vit", "SqueezeExcitation", "dim=64", "2, 64, 8, 8"),
    Case("vit_pytorch.mobile_vit", "MV2Block", "inp=32, oup=64", "2, 32, 8, 8"),
    Case("vit_pytorch.mobile_vit", "Transformer", "dim=64, depth=2, heads=4, dim_head=16, mlp_dim=128", "2, 8, 8, 64"),
    Case(
        "vit_pytorch.na_vit_nested_tensor",
        "NaViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "",
    ),
    Case(
        "vit_pytorch.normalized_vit",
        "nViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.pit", "Pool", "dim=64", "2, 16, 64"),
    Case("vit_pytorch.regionvit", "R2LTransformer", "dim=64, window_size=4", ""),
    Case(
        "vit_pytorch.rvt",
        "RvT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.scalable_vit", "InteractiveWindowedSelfAttention", "dim=64, window_size=4", "2, 64, 8, 8"),
    Case("vit_pytorch.scalable_vit", "ScalableSelfAttention", "dim=64", "2, 64, 8, 8"),
    Case("vit_pytorch.sep_vit", "PEG", "dim=64", "2, 64, 8, 8"),
    Case(
        "vit_pytorch.simple_uvit",
        "SimpleUViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case(
        "vit_pytorch.simple_vit_attn_residual",
        "SimpleViTAttnResidual",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.simple_vit_with_hyper_connections", "Attention", "dim=64", "2, 16, 64"),
    Case(
        "vit_pytorch.simple_vit_with_relative_proj_pos_bias",
        "RelativeProjPositionalBias",
        "dim=64, heads=4",
        "2, 8, 8, 64",
    ),
    Case(
        "vit_pytorch.simple_vit_with_relative_proj_pos_bias",
        "SimpleViT",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case(
        "vit_pytorch.simple_vit_with_sparse_gating",
        "SimpleViTWithSparseGating",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.twins_svt", "PatchEmbedding", "dim=64, dim_out=64, patch_size=8", "2, 64, 8, 8"),
    Case("vit_pytorch.vat", "FeedForward", "dim=64, hidden_dim=128", "2, 16, 64"),
    Case("vit_pytorch.vat_siglip", "FiLM", "dim=64", ""),
    Case(
        "vit_pytorch.vit_1d",
        "ViT",
        "seq_len=16, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "",
    ),
    Case(
        "vit_pytorch.vit_detpool",
        "ViTDetPool",
        "image_size=32, patch_size=8, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128",
        "2, 3, 32, 32",
    ),
    Case("vit_pytorch.vit_for_small_dataset", "LSA", "dim=64", "2, 16, 64"),
    Case("vit_pytorch.vit_for_small_dataset", "SPT", "dim=64, patch_size=8", "2, 3, 32, 32"),
    Case(
        "vit_pytorch.vivit",
        "FactorizedTransformer",
        "dim=64, depth=2, heads=4, dim_head=16, mlp_dim=128",
        "2, 8, 8, 64",
    ),
    Case("vit_pytorch.vivit_with_moss", "STSSEncoder", "dim=64", ""),
    Case("vit_pytorch.xcit", "XCATransformer", "dim=64, depth=2, heads=4, dim_head=16, mlp_dim=128", "2, 8, 8, 64"),
    Case(
        "monai.networks.blocks.convolutions",
        "Convolution",
        "spatial_dims=2, in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case("monai.networks.blocks.crossattention", "CrossAttentionBlock", "hidden_size=64, num_heads=4", "2, 16, 64"),
    Case(
        "monai.networks.blocks.dints_block", "FactorizedReduceBlock", "in_channel=32, out_channel=64", "2, 32, 4, 8, 8"
    ),
    Case("monai.networks.blocks.downsample", "SubpixelDownsample", "spatial_dims=2, in_channels=32", "2, 32, 8, 8"),
    Case(
        "monai.networks.blocks.dynunet_block",
        "UnetOutBlock",
        "spatial_dims=2, in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case("monai.networks.blocks.fcn", "GCN", "inplanes=32, planes=16", "2, 32, 8, 8"),
    Case(
        "monai.networks.blocks.feature_pyramid_network",
        "LastLevelP6P7",
        "spatial_dims=2, in_channels=32, out_channels=64",
        "",
    ),
    Case(
        "monai.networks.blocks.localnet_block",
        "LocalNetDownSampleBlock",
        "spatial_dims=2, in_channels=32, out_channels=64, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case(
        "monai.networks.blocks.mednext_block", "MedNeXtDownBlock", "in_channels=32, out_channels=64", "2, 32, 4, 8, 8"
    ),
    Case("monai.networks.blocks.mlp", "MLPBlock", "hidden_size=64, mlp_dim=128", "2, 16, 64"),
    Case(
        "monai.networks.blocks.regunet_block",
        "RegistrationResidualConvBlock",
        "spatial_dims=2, in_channels=32, out_channels=64",
        "",
    ),
    Case("monai.networks.blocks.selfattention", "SABlock", "hidden_size=64, num_heads=4", "2, 16, 64"),
    Case(
        "monai.networks.blocks.spatialattention",
        "SpatialAttentionBlock",
        "spatial_dims=2, num_channels=32",
        "2, 32, 8, 8",
    ),
    Case(
        "monai.networks.blocks.squeeze_and_excitation",
        "ResidualSELayer",
        "spatial_dims=2, in_channels=32",
        "2, 32, 8, 8",
    ),
    Case("monai.networks.blocks.upsample", "SubpixelUpSample", "spatial_dims=2, in_channels=32", "2, 32, 8, 8"),
    Case(
        "monai.networks.nets.ahnet",
        "Projection",
        "spatial_dims=2, num_input_features=32, num_output_features=16",
        "2, 32, 8, 8",
    ),
    Case(
        "monai.networks.nets.attentionunet",
        "ConvBlock",
        "spatial_dims=2, in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case("monai.networks.nets.autoencoderkl", "AEKLDownsample", "spatial_dims=2, in_channels=32", "2, 32, 8, 8"),
    Case("monai.networks.nets.daf3d", "AttentionModule", "spatial_dims=2, in_channels=32, out_channels=64", ""),
    Case(
        "monai.networks.nets.diffusion_model_unet",
        "CrossAttnMidBlock",
        "spatial_dims=2, in_channels=32, temb_channels=64",
        "",
    ),
    Case(
        "monai.networks.nets.dints",
        "_FactorizedReduceBlockWithRAMCost",
        "in_channel=32, out_channel=64",
        "2, 32, 4, 8, 8",
    ),
    Case(
        "monai.networks.nets.highresnet",
        "HighResBlock",
        "spatial_dims=2, in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case(
        "monai.networks.nets.hovernet",
        "_ResidualBlock",
        "layers=2, num_features=64, in_channels=32, out_channels=64",
        "2, 32, 8, 8",
    ),
    Case(
        "monai.networks.nets.navit", "_NaViTTransformerBlock", "hidden_size=64, mlp_dim=128, num_heads=4", "2, 16, 64"
    ),
    Case(
        "monai.networks.nets.quicknat",
        "ClassifierBlock",
        "spatial_dims=2, in_channels=32, out_channels=64, strides=2, kernel_size=3",
        "2, 32, 8, 8",
    ),
    Case("monai.networks.nets.regunet", "AdditiveUpSampleBlock", "spatial_dims=2, in_channels=32, out_channels=64", ""),
    Case("monai.networks.nets.segresnet", "SegResNet", "", ""),
    Case("monai.networks.nets.transchex", "Pooler", "hidden_size=64", "2, 16, 64"),
    Case("monai.networks.nets.vista3d", "TwoWayTransformer", "depth=2, embedding_dim=64, num_heads=4, mlp_dim=128", ""),
    Case("monai.networks.nets.voxelmorph", "voxelmorph", "", ""),
    Case("torch_geometric.nn.conv.dna_conv", "Linear", "in_channels=32, out_channels=64", "2, 3, 32, 32"),
    Case("torch_geometric.nn.conv.film_conv", "FiLMConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.gated_graph_conv", "GatedGraphConv", "out_channels=64, num_layers=2", ""),
    Case("torch_geometric.nn.conv.gcn_conv", "GCNConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.gen_conv", "GENConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.general_conv", "GeneralConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.gmm_conv", "GMMConv", "in_channels=32, out_channels=64, dim=64, kernel_size=3", ""),
    Case("torch_geometric.nn.conv.graph_conv", "GraphConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.meshcnn_conv", "MeshCNNConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.mf_conv", "MFConv", "in_channels=32, out_channels=64", ""),
    Case(
        "torch_geometric.nn.conv.pdn_conv",
        "PDNConv",
        "in_channels=32, out_channels=64, edge_dim=8, hidden_channels=32",
        "",
    ),
    Case("torch_geometric.nn.conv.res_gated_graph_conv", "ResGatedGraphConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.rgat_conv", "RGATConv", "in_channels=32, out_channels=64, num_relations=3", ""),
    Case("torch_geometric.nn.conv.sage_conv", "SAGEConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.conv.supergat_conv", "SuperGATConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.dense.dense_gat_conv", "DenseGATConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.dense.dense_gcn_conv", "DenseGCNConv", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.models.attentive_fp", "GATEConv", "in_channels=32, out_channels=64, edge_dim=8", ""),
    Case("torch_geometric.nn.models.attract_repel", "ARLinkPredictor", "in_channels=32, hidden_channels=32", ""),
    Case("torch_geometric.nn.models.graph_mixer", "_MLPMixer", "num_tokens=8, in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.models.linkx", "SparseLinear", "in_channels=32, out_channels=64", ""),
    Case("torch_geometric.nn.models.lpformer", "LPFormer", "in_channels=32, hidden_channels=32", ""),
    Case(
        "torch_geometric.nn.models.neural_fingerprint",
        "NeuralFingerprint",
        "in_channels=32, hidden_channels=32, out_channels=64, num_layers=2",
        "",
    ),
    Case(
        "torch_geometric.nn.models.pmlp",
        "PMLP",
        "in_channels=32, hidden_channels=32, out_channels=64, num_layers=2",
        "2, 16, 32",
    ),
    Case("torch_geometric.nn.models.rect", "RECT_L", "in_channels=32, hidden_channels=32", ""),
    Case("torch_geometric.nn.models.signed_gcn", "SignedGCN", "in_channels=32, hidden_channels=32, num_layers=2", ""),
    Case("lightning.pytorch.demos.boring_classes", "DemoModel", "", ""),
    Case("lightning.pytorch.demos.boring_classes", "Net", "", ""),
)
"""Every class under test."""
