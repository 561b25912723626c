"""The fields and types a new installation starts with; managers edit them later."""

from django.db import migrations

from kol_crm.core.models import uuid7

FIELDS = (
    ("running", "Running", "跑步"),
    ("fitness", "Fitness", "健身"),
    ("yoga", "Yoga", "瑜伽"),
    ("cycling", "Cycling", "骑行"),
    ("outdoor", "Outdoor", "户外"),
    ("nutrition", "Nutrition", "营养"),
    ("cooking", "Cooking", "烹饪"),
    ("baking", "Baking", "烘焙"),
    ("tea", "Tea", "茶"),
    ("coffee", "Coffee", "咖啡"),
    ("travel", "Travel", "旅行"),
    ("photography", "Photography", "摄影"),
    ("fashion", "Fashion", "时尚"),
    ("skincare", "Skincare", "护肤"),
    ("home", "Home", "家居"),
    ("parenting", "Parenting", "育儿"),
    ("reading", "Reading", "阅读"),
    ("writing", "Writing", "写作"),
    ("psychology", "Psychology", "心理"),
    ("product-management", "Product management", "产品管理"),
    ("games", "Games", "游戏"),
    ("music", "Music", "音乐"),
    ("technology", "Technology", "科技"),
    ("knowledge", "Knowledge", "知识"),
    ("comedy", "Comedy", "搞笑"),
    ("pets", "Pets", "萌宠"),
)
TYPES = (
    ("star", "Star", "明星"),
    ("expert", "Expert", "专家"),
    ("creator", "Creator", "创作者"),
    ("moderator", "Moderator", "版主"),
    ("player", "Top player", "高玩"),
)


def fill(apps, _schema_editor):
    for model, entries in (("Field", FIELDS), ("KolType", TYPES)):
        table = apps.get_model("profiles", model)
        table.objects.bulk_create(
            table(id=uuid7(), slug=slug, name_en=en, name_zh=zh, position=place)
            for place, (slug, en, zh) in enumerate(entries)
        )


class Migration(migrations.Migration):
    dependencies = [("profiles", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
