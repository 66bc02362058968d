"""Duties without a figure: each stands in the article it cites, by words of that article."""

from datetime import date

import pytest

from law.calendar import year_table
from law.parameters import parameter_names, versions
from tests.law.test_figures import article

WORDS = {
    "algorithm_recommendation_2022.complaints": "处理流程和反馈时限",
    "algorithm_recommendation_2022.consumers": "差别待遇",
    "algorithm_recommendation_2022.cooperate": "依法留存网络日志",
    "algorithm_recommendation_2022.display": "标明其备案编号并提供公示信息链接",
    "algorithm_recommendation_2022.elderly": "智能化适老服务",
    "algorithm_recommendation_2022.ex_officio_cancellation": "予以注销备案",
    "algorithm_recommendation_2022.fair_competition": "垄断和不正当竞争",
    "algorithm_recommendation_2022.filing_duty": "履行备案手续",
    "algorithm_recommendation_2022.graded_supervision": "分级分类管理",
    "algorithm_recommendation_2022.harmful_content": "识别违法和不良信息的特征库",
    "algorithm_recommendation_2022.main_responsibility": "科技伦理审查",
    "algorithm_recommendation_2022.minors": "适合未成年人使用的模式",
    "algorithm_recommendation_2022.news_licence": "互联网新闻信息服务许可",
    "algorithm_recommendation_2022.no_harmful_use": "不得利用算法推荐服务传播",
    "algorithm_recommendation_2022.no_manipulation": "操纵榜单",
    "algorithm_recommendation_2022.notice_to_users": "基本原理、目的意图和主要运行机制",
    "algorithm_recommendation_2022.opt_out": "不针对其个人特征的选项",
    "algorithm_recommendation_2022.other_breaches": "违反本规定第六条、第九条第二款",
    "algorithm_recommendation_2022.page_ecology": "人工干预和用户自主选择机制",
    "algorithm_recommendation_2022.regular_audit": "定期审核、评估、验证",
    "algorithm_recommendation_2022.reports": "任何组织和个人",
    "algorithm_recommendation_2022.revocation": "予以撤销备案",
    "algorithm_recommendation_2022.safety_duty": "按照国家有关规定开展安全评估",
    "algorithm_recommendation_2022.secrecy": "依法予以保密",
    "algorithm_recommendation_2022.transparency": "透明度和可解释性",
    "algorithm_recommendation_2022.user_tags": "用户标签管理",
    "algorithm_recommendation_2022.workers": "休息休假",
    "deep_synthesis_2023.algorithm_audit": "生成合成类算法机制机理",
    "deep_synthesis_2023.app_stores": "应用程序分发平台",
    "deep_synthesis_2023.biometric_assessment": "生物识别信息",
    "deep_synthesis_2023.biometric_consent": "取得其单独同意",
    "deep_synthesis_2023.complaints": "公布处理流程和反馈时限",
    "deep_synthesis_2023.content_review": "输入数据和合成结果进行审核",
    "deep_synthesis_2023.display": "标明其备案编号",
    "deep_synthesis_2023.filing_duty": "履行备案和变更、注销备案手续",
    "deep_synthesis_2023.inspection": "暂停信息更新",
    "deep_synthesis_2023.labels_kept": "删除、篡改、隐匿",
    "deep_synthesis_2023.logs": "保存日志信息",
    "deep_synthesis_2023.main_responsibility": "科技伦理审查",
    "deep_synthesis_2023.new_function_assessment": "新产品、新应用、新功能",
    "deep_synthesis_2023.no_harmful_use": "虚假新闻信息",
    "deep_synthesis_2023.public_rules": "管理规则、平台公约",
    "deep_synthesis_2023.real_identity": "真实身份信息认证",
    "deep_synthesis_2023.rumours": "辟谣机制",
    "deep_synthesis_2023.supporter_filing": "技术支持者应当参照前款规定履行备案",
    "generative_ai_2023.annotation": "标注规则",
    "generative_ai_2023.assessment_and_filing": "履行算法备案和变更、注销备案手续",
    "generative_ai_2023.complaints": "投诉、举报机制",
    "generative_ai_2023.content_rules": "社会主义核心价值观",
    "generative_ai_2023.cooperate": "训练数据来源、规模、类型",
    "generative_ai_2023.illegal_content": "停止生成、停止传输",
    "generative_ai_2023.intended_use": "适用人群、场合、用途",
    "generative_ai_2023.labels": "进行标识",
    "generative_ai_2023.licence": "依法取得许可",
    "generative_ai_2023.model_filing": "按照国家有关规定开展安全评估",
    "generative_ai_2023.model_registration": "按照国家有关规定开展安全评估",
    "generative_ai_2023.penalties": "责令暂停提供相关服务",
    "generative_ai_2023.producer_responsibility": "网络信息内容生产者责任",
    "generative_ai_2023.scope_public": "境内公众提供",
    "generative_ai_2023.stable_service": "安全、稳定、持续的服务",
    "generative_ai_2023.training_data": "合法来源的数据和基础模型",
    "generative_ai_2023.user_input": "输入信息和使用记录",
    "generative_ai_2023.user_reports": "投诉、举报",
    "labelling_2025.agreement": "用户服务协议中明确说明",
    "labelling_2025.app_stores": "应用程序分发平台应当核验",
    "labelling_2025.explicit": "添加显式标识",
    "labelling_2025.implicit": "文件元数据中添加隐式标识",
    "labelling_2025.in_filing": "履行算法备案、安全评估等手续",
    "labelling_2025.spreading": "核验文件元数据中是否含有隐式标识",
    "labelling_2025.users": "主动声明",
    "safety_assessment_2018.attribute": "公众账号、短视频、网络直播",
    "safety_assessment_2018.authority_limit": "书面审查",
    "safety_assessment_2018.both_authorities": "网信部门和公安机关",
    "safety_assessment_2018.expert_review": "组织专家进行评审",
    "safety_assessment_2018.notified": "通知其按本规定开展安全评估",
    "safety_assessment_2018.onsite_check": "开展现场检查",
    "safety_assessment_2018.reassess": "限期重新评估",
    "safety_assessment_2018.rectified": "直至消除相关安全隐患",
    "safety_assessment_2018.refused": "向公众提示",
    "safety_assessment_2018.report_before_launch": "功能增设前提交安全评估报告",
    "safety_assessment_2018.secrecy": "严格保密",
    "safety_assessment_2018.self_or_third": "委托第三方安全评估机构实施",
    "safety_assessment_2018.written_review": "进行书面审查",
}


@pytest.mark.parametrize("row", WORDS)
def test_a_duty_stands_in_the_article_it_cites(row):
    assert WORDS[row] in article(versions(row)[-1].citation)


def test_every_duty_of_an_instrument_whose_text_is_stored_is_compared_with_it():
    stored = {name.split(".")[0] for name in WORDS}
    duties = {
        name
        for name in parameter_names()
        if name.split(".")[0] in stored and versions(name)[0].unit == "duty"
    }

    assert duties == set(WORDS)


def test_the_written_review_of_the_authority_has_no_limit():
    text = article(versions("safety_assessment_2018.authority_limit")[0].citation)

    assert "工作日" not in text


@pytest.mark.parametrize(
    ("row", "published"),
    [("holiday_notices.year_2026", True), ("holiday_notices.year_2027", False)],
)
def test_the_notices_say_which_year_is_published(row, published):
    (found,) = versions(row)

    assert year_table(int(row[-4:])).published is published
    assert ("尚未公布" in found.label.zh) is not published
    assert found.since <= date(2026, 11, 24) <= found.until
